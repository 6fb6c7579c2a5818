import { replayTask } from '../../lambda/complete-task/replay-task.ts';
import type { Replayed } from '../api-types.ts';
import type { Desk } from '../desk.ts';
import { entryOf } from './show-task.ts';

/**
 * Sends the settled callback of a task once more.
 *
 * @throws Problem 409 where it has none
 */
export async function replay(desk: Desk, given: string): Promise<Replayed> {
  const entry = await entryOf(desk, given);
  const { ledger, queues } = desk.pipeline();
  const ports = { ledger, callbacks: queues.callbacks, now: Date.now, tell: () => {} };
  await replayTask(entry, ports, desk.life());
  return { task_id: entry.task_id, generation: entry.generation + 1 };
}
