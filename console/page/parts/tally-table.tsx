import type { RedriveEnd } from '../../api-types.ts';

/** Counts by host, task and reason. */
export function TallyTable({ tally }: { tally: RedriveEnd['tally'] }) {
  return (
    <div class="scroller">
      <table>
        <caption class="unseen">By receiver, task and reason</caption>
        <thead>
          <tr>
            <th scope="col">Receiver</th>
            <th scope="col">Task</th>
            <th scope="col">Reason</th>
            <th scope="col" class="number">
              Count
            </th>
          </tr>
        </thead>
        <tbody>
          {tally.map(({ host, task_name, reason, count }) => (
            <tr key={`${host} ${task_name} ${reason}`}>
              <td class="clip">{host ?? '–'}</td>
              <td>{task_name ?? '–'}</td>
              <td>{reason ?? '–'}</td>
              <td class="number">{count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
