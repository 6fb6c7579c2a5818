import type { FailureType } from '../contract/failure-types.ts';
import type { Entry, Outcome } from '../ledger/entry.ts';
import { callbackLife } from '../ledger/retention.ts';
import { conflict, type Settled } from './complete-task.ts';
import { oweCallback, type TransitionPorts, type TransitionSettings } from './transition.ts';

/**
 * Settles a task that nobody has begun. Its callback tells `cancelled`.
 *
 * @throws Problem 409 where it is running or settled
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
  if (!cancelled) {
    throw conflict(
      `Task ${task_id} is not waiting any more; only a task that is "accepted" can be cancelled. GET /api/tasks/${task_id} tells how it stands.`,
    );
  }
  tell('cancelled', entry);
  return { status: 'cancelled', task_id, callback_pending: callback_url !== undefined };
}
