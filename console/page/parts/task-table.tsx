import type { AttentionRow, TaskRow } from '../../api-types.ts';
import { shortClient } from '../model/words.ts';
import { Status, TaskLink, When } from './small.tsx';

interface Props {
  readonly tasks: readonly (TaskRow | AttentionRow)[];
  /** What these are, for those who do not see the heading above. */
  readonly caption: string;
}

/** Tasks, a row each. What does not fit a phone is in the task's own view. */
export function TaskTable({ tasks, caption }: Props) {
  return (
    <div class="scroller">
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">State</th>
            <th scope="col">Accepted</th>
            <th scope="col" class="number wide-only">
              Runs
            </th>
            <th scope="col" class="number wide-only">
              Attempts
            </th>
            <th scope="col" class="wide-only">
              Receiver
            </th>
            <th scope="col" class="wide-only">
              Client
            </th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <tr key={task.task_id}>
              <th scope="row">
                <TaskLink id={task.task_id} /> <span class="task-name">{task.task_name}</span>
              </th>
              <td>
                <Status of={task.status} /> <Note task={task} />
              </td>
              <td class="nowrap">
                <When at={task.accepted_at} />
              </td>
              <td class="number wide-only">{task.runs}</td>
              <td class="number wide-only">{task.attempts}</td>
              <td class="wide-only clip">{task.callback_origin ?? <span class="muted">none</span>}</td>
              <td class="wide-only clip" title={task.client}>
                {shortClient(task.client)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the state alone does not say. */
function Note({ task }: { task: TaskRow | AttentionRow }) {
  if ('why' in task) return <span class="muted">{task.why}</span>;
  if (task.dead_reason !== undefined) return <span class="muted">{task.dead_reason}</span>;
  if (task.status === 'delivering' && task.next_attempt_at !== undefined) {
    return (
      <span class="muted">
        next attempt <When at={task.next_attempt_at} />
      </span>
    );
  }
  const { outcome } = task;
  return outcome === undefined || outcome === 'completed' ? null : <span class="muted">{outcome}</span>;
}
