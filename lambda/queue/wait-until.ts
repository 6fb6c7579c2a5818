import type { Ledger } from '../ledger/ledger.ts';
import type { Timer } from '../ledger/timer.ts';
import { ACKNOWLEDGE, type Disposition, type Received } from './batch.ts';
import { waitingRoom } from './waiting-room.ts';

export interface Wait {
  readonly ledger: Ledger;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly maxReceiveCount: number;
  /** Whether the stage may send to the queue that the message came from. */
  readonly mayBeSentAgain: boolean;
  /** Where a timer sends the message, and in whose fair-queue group. */
  readonly timer: Pick<Timer, 'queue' | 'group'>;
}

export interface Waiting {
  readonly disposition: Disposition;
  /** When the message comes back, in epoch milliseconds; a timer may stand later than was asked for. */
  readonly untilMs: number;
}

/**
 * Lets a message wait in the room that suits the wait. A message that may be acknowledged has its timer: also where
 * one was put before, since two clocks may disagree on which room the wait belongs in. Putting it again changes
 * nothing, for the same time and task are the same timer.
 */
export async function waitUntil(
  untilMs: number,
  { task_id, generation, receiveCount }: Received,
  { ledger, nowMs, maxReceiveCount, mayBeSentAgain, timer }: Wait,
): Promise<Waiting> {
  const wait = waitingRoom(untilMs, nowMs, { receiveCount, maxReceiveCount, mayBeSentAgain });
  switch (wait.room) {
    case 'queue':
      return { disposition: { kind: 'put-back', afterSeconds: wait.seconds }, untilMs };
    case 'new-message': {
      const { group } = timer;
      return { disposition: { kind: 'send-again', afterSeconds: wait.seconds, group }, untilMs };
    }
  }
  await ledger.putTimer({ at_ms: wait.untilMs, task_id, generation, ...timer });
  return { disposition: ACKNOWLEDGE, untilMs: wait.untilMs };
}
