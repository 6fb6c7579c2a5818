import type { FailureType } from '../contract/failure-types.ts';
import type { Entry, Outcome } from '../ledger/entry.ts';
import { callbackLife } from '../ledger/retention.ts';
import { conflict, type Settled } from './complete-task.ts';
import { oweCallback, type TransitionPorts, type TransitionSettings } from './transition.ts';

/**
 * Settles a task that nobody has begun. Its callback tells `cancelled`. The same task can be cancelled again, as a client
 * does that got no answer.
 *
 * @throws Problem 409 if it is running, or settled otherwise
 */
export async function cancelTask(
  entry: Entry,
  ports: TransitionPorts,
  settings: TransitionSettings,
): Promise<Settled> {
  const { ledger, now, tell } = ports;
  const { task_id, callback_url } = entry;
  const outcome: Outcome = {
    status: 'cancelled',
    completed_at_ms: now(),
    error: { type: 'Cancelled' satisfies FailureType, message: 'the task was cancelled before it was begun' },
  };
  const life = callback_url === undefined ? {} : callbackLife(now(), settings);
  const cancelled =
    entry.state === 'accepted' &&
    (await oweCallback(entry, entry.generation, ports, () => ledger.cancel(entry, { outcome, ...life })));
  if (cancelled) tell('cancelled', entry);
  else {
    const current = entry.state === 'accepted' ? await ledger.read(task_id) : entry;
    if (current?.outcome?.status !== 'cancelled') {
      throw conflict(
        `Task ${task_id} is not waiting any more; only a task that is "accepted" can be cancelled. GET /api/tasks/${task_id} tells how it stands.`,
      );
    }
  }
  return { status: 'cancelled', task_id, callback_pending: callback_url !== undefined };
}
