/**
 * Where a wait is spent. In the queue: the message stays invisible and comes back by itself. In a new message: the same
 * is sent again with a delay and counts its receives from 1. In the ledger: a timer is put and the message
 * acknowledged, so that a long wait holds none of the 120,000 in-flight places that SQS gives a queue.
 */
export type WaitingRoom =
  | { readonly room: 'queue' | 'new-message'; readonly seconds: number }
  | { readonly room: 'ledger'; readonly untilMs: number };

/** Waits up to this are SQS's own; longer ones are timers. Twice the clock's minute, so that no timer is late. */
const LONGEST_QUEUE_WAIT_MS = 120_000;

/** So many receives are left to crashes and throttles; waiting must not use them up and end in the DLQ. */
const RECEIVES_KEPT_FOR_FAULTS = 3;

export interface Receives {
  readonly receiveCount: number;
  readonly maxReceiveCount: number;
  /** Whether the stage may send to the queue that the message came from. */
  readonly mayBeSentAgain: boolean;
}

/** Chooses the room for a wait until a time. A timer is never set nearer than the clock can be late. */
export function waitingRoom(
  untilMs: number,
  nowMs: number,
  { receiveCount, maxReceiveCount, mayBeSentAgain }: Receives,
): WaitingRoom {
  const waitMs = Math.max(0, untilMs - nowMs);
  const receivesRunLow = receiveCount >= maxReceiveCount - RECEIVES_KEPT_FOR_FAULTS;
  if (waitMs <= LONGEST_QUEUE_WAIT_MS && (!receivesRunLow || mayBeSentAgain)) {
    return { room: receivesRunLow ? 'new-message' : 'queue', seconds: Math.ceil(waitMs / 1000) };
  }
  return { room: 'ledger', untilMs: nowMs + Math.max(waitMs, LONGEST_QUEUE_WAIT_MS) };
}
