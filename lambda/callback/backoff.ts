/** When a failed callback is attempted again. Pure: the time and the dice are arguments. */
export interface RetryPolicy {
  /** Waits after the first, second, … failed attempt, in milliseconds; the last one repeats. Not empty. */
  readonly waitsMs: readonly number[];
}

/** Each wait is spread over ±20 %, so that callbacks that failed together do not come back together. */
const JITTER = 0.2;

export interface FailedAttempt {
  /** How many attempts of the present schedule have failed, this one included: from 1. */
  readonly failedAttempts: number;
  readonly nowMs: number;
  /** Until when attempts are made, in epoch milliseconds. */
  readonly deliverByMs: number;
  /** What the receiver asked for by `Retry-After`, in milliseconds from now. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The time of the next attempt in epoch milliseconds, or undefined when the deadline has passed.
 *
 * A receiver's `Retry-After` can only lengthen the schedule's wait. The last wait is clipped to the
 * deadline, so that the final attempt is made at the deadline and not before.
 *
 * @param random a number in [0, 1)
 */
export function nextAttemptAtMs(
  failed: FailedAttempt,
  policy: RetryPolicy,
  random: number,
): number | undefined {
  if (failed.nowMs >= failed.deliverByMs) return undefined;
  const index = Math.min(failed.failedAttempts, policy.waitsMs.length) - 1;
  const waitMs = policy.waitsMs[index];
  if (waitMs === undefined) throw new RangeError(`no wait for attempt ${failed.failedAttempts}`);
  const scheduledMs = Math.round(jittered(waitMs, random));
  return Math.min(failed.nowMs + Math.max(scheduledMs, failed.retryAfterMs ?? 0), failed.deliverByMs);
}

const SHORTEST_HELD_BACK_MS = 300_000;
const LONGEST_HELD_BACK_MS = 21_600_000;

/**
 * Until when a callback waits whose host's breaker is open: as long again as it has been owed, so that an outage is
 * noticed to be over within its own length, and three days of it cost some 18 looks. At least 5 min: less would let
 * the young ones of a great outage take more of deliver's capacity for looking than is left for delivering. At most
 * 6 h.
 *
 * @param random a number in [0, 1)
 */
export function heldBackUntilMs(
  { nowMs, owedSinceMs, deliverByMs }: { nowMs: number; owedSinceMs: number; deliverByMs: number },
  random: number,
): number {
  const waitMs = Math.min(Math.max(nowMs - owedSinceMs, SHORTEST_HELD_BACK_MS), LONGEST_HELD_BACK_MS);
  return Math.min(nowMs + Math.round(jittered(waitMs, random)), deliverByMs);
}

function jittered(waitMs: number, random: number): number {
  return waitMs * (1 - JITTER + 2 * JITTER * random);
}
