import { heldBackUntilMs, nextAttemptAtMs, type RetryPolicy } from '../../lambda/callback/backoff.ts';
import { type WaitingRoom, waitingRoom } from '../../lambda/queue/waiting-room.ts';
import { DELIVER } from './assumptions.ts';

/** All callbacks that are owed to dead hosts: for each what its entry and its message would tell, in flat arrays. */
export interface Owed {
  readonly attempts: Uint8Array;
  readonly heldBack: Uint16Array;
  /** When it is to be handled next, in milliseconds. */
  readonly dueAtMs: Float64Array;
  readonly deliverByMs: Float64Array;
  /** Of its present message. */
  readonly receives: Uint8Array;
  /** How often it came to its end: 0 or 1. */
  readonly ends: Uint8Array;
}

export function owedCallbacks(callbacks: number): Owed {
  return {
    attempts: new Uint8Array(callbacks),
    heldBack: new Uint16Array(callbacks),
    dueAtMs: new Float64Array(callbacks),
    deliverByMs: new Float64Array(callbacks),
    receives: new Uint8Array(callbacks),
    ends: new Uint8Array(callbacks),
  };
}

/** What the product does next, with a callback or without an attempt: waits in one of the two rooms, or gives up. */
export type Next = WaitingRoom | { readonly room: 'dead' };

export interface Moment {
  readonly nowMs: number;
  /** In [0, 1). */
  readonly random: number;
}

/** After one more failed attempt, which is counted. */
export function afterFailure(owed: Owed, callback: number, policy: RetryPolicy, moment: Moment): Next {
  const { nowMs, random } = moment;
  const failedAttempts = (owed.attempts[callback] ?? 0) + 1;
  const deliverByMs = owed.deliverByMs[callback] ?? 0;
  owed.attempts[callback] = failedAttempts;
  const atMs = nextAttemptAtMs({ failedAttempts, nowMs, deliverByMs }, policy, random);
  return atMs === undefined ? { room: 'dead' } : waits(owed, callback, atMs, nowMs);
}

/** Where the breaker did not let it through. */
export function afterHoldingBack(
  owed: Owed,
  callback: number,
  deadlineMs: number,
  moment: Pick<Moment, 'nowMs'>,
): Next {
  const { nowMs } = moment;
  const deliverByMs = owed.deliverByMs[callback] ?? 0;
  if (nowMs >= deliverByMs) return { room: 'dead' };
  owed.heldBack[callback] = (owed.heldBack[callback] ?? 0) + 1;
  const owedSinceMs = deliverByMs - deadlineMs;
  return waits(
    owed,
    callback,
    heldBackUntilMs({ nowMs, owedSinceMs, deliverByMs }, shareOf(callback)),
    nowMs,
  );
}

/** Spread evenly over [0, 1), as the ids of tasks are (Weyl's sequence). */
function shareOf(callback: number): number {
  return (callback * 0.618_033_988_749_895) % 1;
}

function waits(owed: Owed, callback: number, untilMs: number, nowMs: number): WaitingRoom {
  const receiveCount = owed.receives[callback] ?? 0;
  const { maxReceiveCount } = DELIVER;
  const room = waitingRoom(untilMs, nowMs, { receiveCount, maxReceiveCount, mayBeSentAgain: true });
  owed.dueAtMs[callback] = room.room === 'ledger' ? room.untilMs : nowMs + room.seconds * 1_000;
  return room;
}
