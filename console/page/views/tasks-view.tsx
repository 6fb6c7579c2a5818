import { useState } from 'preact/hooks';
import { STATES } from '../../../lambda/contract/states.ts';
import type { TaskList, TaskRow } from '../../api-types.ts';
import { get } from '../client.ts';
import { usePace } from '../context.ts';
import { type Filters, hashOf, queryOf } from '../model/route.ts';
import { count } from '../model/words.ts';
import { FilterForm } from '../parts/filter-form.tsx';
import { FindTask } from '../parts/find-task.tsx';
import { Empty, Failure, Loading } from '../parts/notices.tsx';
import { TaskTable } from '../parts/task-table.tsx';
import { TasksTabs } from '../parts/tasks-tabs.tsx';
import { usePoll } from '../use-poll.ts';

const FIELDS = [
  {
    name: 'status',
    label: 'State',
    options: STATES,
  },
  { name: 'task', label: 'Task', placeholder: 'generate-report' },
  { name: 'host', label: 'Receiver’s host', placeholder: 'receiver.example' },
  { name: 'client', label: 'Client', placeholder: 'user/alice' },
  { name: 'since', label: 'Accepted since', placeholder: '2h, or a time' },
] as const;

/** The latest tasks, narrowed down. */
export function TasksView({ filters }: { filters: Filters }) {
  const { list } = usePace();
  const query = queryOf(filters);
  const { value, error, refresh } = usePoll<TaskList>(`/console/api/tasks${query}`, list);
  return (
    <>
      <h1>Tasks</h1>
      <FindTask />
      <TasksTabs current="recent" />
      <FilterForm
        fields={FIELDS}
        filters={filters}
        onChange={(next) => {
          location.hash = hashOf({ view: 'tasks', filters: next });
        }}
      />
      {error !== undefined && <Failure error={error} onRetry={refresh} />}
      {value === undefined && error === undefined && <Loading what="tasks" />}
      {value !== undefined && <Found key={query} first={value} query={query} onRefresh={refresh} />}
    </>
  );
}

interface FoundProps {
  /** Kept up to date; what was asked for beyond it is not. */
  readonly first: TaskList;
  readonly query: string;
  readonly onRefresh: () => void;
}

function Found({ first, query, onRefresh }: FoundProps) {
  const [further, setFurther] = useState<TaskList>({ tasks: [], scanned: 0 });
  const [error, setError] = useState<Error | undefined>();
  const isFurther = further.scanned > 0 || further.tasks.length > 0;
  const cursor = isFurther ? further.cursor : first.cursor;
  const tasks = distinct([...first.tasks, ...further.tasks]);

  const goOn = async () => {
    try {
      const path = `/console/api/tasks${query}${query === '' ? '?' : '&'}cursor=${encodeURIComponent(cursor ?? '')}`;
      const next = await get<TaskList>(path);
      setFurther({
        ...next,
        tasks: [...further.tasks, ...next.tasks],
        scanned: further.scanned + next.scanned,
      });
      setError(undefined);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  return (
    <>
      {tasks.length === 0 ? (
        <Empty title={query === '' ? 'No task yet.' : 'No task like that among those that were looked at.'}>
          {query === '' ? (
            <a href={hashOf({ view: 'submit' })}>Submit one</a>
          ) : (
            'Clear a filter, or look further.'
          )}
        </Empty>
      ) : (
        <TaskTable tasks={tasks} caption="Tasks, the latest accepted first" />
      )}
      {error !== undefined && <Failure error={error} />}
      <p class="actions">
        {cursor !== undefined && (
          <button type="button" onClick={goOn}>
            Look further
          </button>
        )}
        <button type="button" onClick={onRefresh}>
          Refresh
        </button>
        <span class="muted" role="status">
          {count(tasks.length)} shown, {count(first.scanned + further.scanned)} looked at
        </span>
      </p>
    </>
  );
}

/** A task that moved while it was looked for is met twice. */
function distinct(tasks: readonly TaskRow[]): TaskRow[] {
  return [...new Map(tasks.toReversed().map((task) => [task.task_id, task])).values()].toReversed();
}
