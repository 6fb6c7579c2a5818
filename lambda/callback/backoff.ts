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
  const jittered = Math.round(waitMs * (1 - JITTER + 2 * JITTER * random));
  return Math.min(failed.nowMs + Math.max(jittered, failed.retryAfterMs ?? 0), failed.deliverByMs);
}
