import type { Entry } from '../ledger/entry.ts';
import { callbackLife } from '../ledger/retention.ts';
import { conflict, type Settled } from './complete-task.ts';
import { oweCallback, type TransitionPorts, type TransitionSettings } from './transition.ts';

/**
 * Sends a settled callback once more: the same id and body, with a new deadline and a new schedule. A letter of it
 * in the dead-letter queue falls silent.
 *
 * @throws Problem 409 where no callback is settled
 */
export async function replayTask(
  entry: Entry,
  ports: TransitionPorts,
  settings: TransitionSettings,
): Promise<Settled> {
  const { ledger, now, tell } = ports;
  const { task_id, state, generation } = entry;
  const life = callbackLife(now(), settings);
  const replayed =
    (state === 'delivered' || state === 'dead') &&
    (await oweCallback(
      entry,
      generation + 1,
      ports,
      async () => (await ledger.replay(entry, life)) !== undefined,
    ));
  if (!replayed) {
    throw conflict(
      `Task ${task_id} has no settled callback to send again; only one that is "delivered" or "dead" can be replayed. GET /api/tasks/${task_id} tells how it stands.`,
    );
  }
  tell('replayed', entry);
  return { status: 'delivering', task_id, callback_pending: true };
}
