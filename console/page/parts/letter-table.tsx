import type { LetterRow } from '../../api-types.ts';
import { ReplayButton } from './replay-button.tsx';
import { TaskLink, When } from './small.tsx';

interface Props {
  readonly letters: readonly LetterRow[];
  readonly onReplayed: () => void;
}

/** Dead letters, a row each; on a phone, below each other. */
export function LetterTable({ letters, onReplayed }: Props) {
  return (
    <div class="scroller">
      <table class="letters">
        <caption class="unseen">Dead letters</caption>
        <thead>
          <tr>
            <th scope="col">Task</th>
            <th scope="col">Reason</th>
            <th scope="col">Died</th>
            <th scope="col" class="number wide-only">
              Attempts
            </th>
            <th scope="col">Receiver</th>
            <th scope="col">
              <span class="unseen">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter, index) => (
            <tr key={`${letter.task_id}${index}`}>
              <th scope="row">
                <TaskLink id={letter.task_id} /> <span class="task-name">{letter.task_name}</span>
              </th>
              <td>
                {letter.reason}
                {letter.silent && <span class="muted"> (nothing to send)</span>}
              </td>
              <td class="nowrap">
                <When at={letter.died_at} />
              </td>
              <td class="number wide-only">{letter.attempts}</td>
              <td class="clip">{letter.host}</td>
              <td class="number">
                {!letter.silent && letter.task_id !== '' && (
                  <ReplayButton small taskId={letter.task_id} receiver={letter.host} onDone={onReplayed} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
