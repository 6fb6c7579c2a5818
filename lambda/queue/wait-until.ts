import type { Ledger } from '../ledger/ledger.ts';
import type { Timer } from '../ledger/timer.ts';
import { ACKNOWLEDGE, type Disposition, type Received } from './batch.ts';
import { waitingRoom } from './waiting-room.ts';

export interface Wait {
  readonly ledger: Ledger;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly maxReceiveCount: number;
  /** Where a timer sends the message, and in whose fair-queue group. */
  readonly timer: Pick<Timer, 'queue' | 'group'>;
}

/**
 * Lets a message wait in the room that suits the wait. When this resolves, a timer stands wherever the message
 * may now be acknowledged.
 */
export async function waitUntil(
  untilMs: number,
  { task_id, generation, receiveCount }: Received,
  { ledger, nowMs, maxReceiveCount, timer }: Wait,
): Promise<Disposition> {
  const wait = waitingRoom(untilMs, nowMs, { receiveCount, maxReceiveCount });
  if (wait.room === 'queue') return { kind: 'put-back', afterSeconds: wait.seconds };
  await ledger.putTimer({ at_ms: wait.untilMs, task_id, generation, ...timer });
  return ACKNOWLEDGE;
}
