import type { InboxCallback } from '../../api-types.ts';
import { TaskLink, When } from './small.tsx';

/** One callback, as its receiver got it; unfolds. */
export function CallbackItem({ callback, isLatest }: { callback: InboxCallback; isLatest: boolean }) {
  const { headers, body, verified, checks = [], received_at, answered } = callback;
  const taskName = isRecord(body) && typeof body.task_name === 'string' ? body.task_name : undefined;
  return (
    <li>
      <details open={isLatest}>
        <summary>
          <span class={verified ? 'badge good' : 'badge bad'}>
            {verified ? '✓ verified' : '✗ not verified'}
          </span>{' '}
          {headers['x-task-status'] ?? headers['x-beam-task-status'] ?? 'callback'}{' '}
          {headers['webhook-id'] !== undefined && <code>{headers['webhook-id'].slice(0, 8)}</code>} {taskName}{' '}
          {answered !== undefined && (
            <span class={typeof answered === 'number' && answered < 300 ? 'muted' : 'bad'}>
              {answered === 'hang' ? 'never answered' : `answered ${answered}`}
            </span>
          )}{' '}
          <span class="muted">
            <When at={received_at} />
          </span>
        </summary>
        {headers['webhook-id'] !== undefined && (
          <p>
            Task <TaskLink id={headers['webhook-id']} whole />
          </p>
        )}
        <ul class="checks">
          {checks.map(({ name, ok, why }) => (
            <li key={name} class={ok ? 'good' : 'bad'}>
              {ok ? '✓' : '✗'} {name}
              {why !== undefined && <span class="muted"> {why}</span>}
            </li>
          ))}
        </ul>
        <div class="scroller">
          <table class="headers">
            <caption>Headers</caption>
            <tbody>
              {Object.entries(headers).map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>
                    <code>{value}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="caption">Body</p>
        <pre class="body" tabindex={0}>
          {typeof body === 'string' ? body : JSON.stringify(body, null, 2)}
        </pre>
      </details>
    </li>
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
