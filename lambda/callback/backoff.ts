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

/** When a callback that is held back is looked at first, and the most that lies between two looks. */
const FIRST_LOOK_MS = 300_000;
const LONGEST_BETWEEN_LOOKS_MS = 21_600_000;

/** No look is nearer than this: a wait that is a timer, whatever the clocks say. */
const SHORTEST_HELD_BACK_MS = 150_000;

/**
 * Until when a callback waits whose host's breaker is open: about as long again as it has been owed, so that three days
 * of it take 19 looks. Not more often, or the young ones of a great outage take more of deliver's capacity for
 * looking than is left for delivering.
 *
 * The times are fixed for each task: 5, 10, 20 … min after the callback was first owed, then every 6 h, all ±20 %. So
 * two copies of a message come to the same time, which is one timer.
 *
 * By a clock that is late a callback may be owed only in the future: then the waits count from now.
 *
 * @param share the task's own, in [0, 1)
 */
export function heldBackUntilMs(
  { nowMs, owedSinceMs, deliverByMs }: { nowMs: number; owedSinceMs: number; deliverByMs: number },
  share: number,
): number {
  let lookMs = FIRST_LOOK_MS;
  for (;;) {
    const atMs = Math.min(owedSinceMs, nowMs) + Math.round(jittered(lookMs, share));
    if (atMs >= nowMs + SHORTEST_HELD_BACK_MS) return Math.min(atMs, deliverByMs);
    lookMs = Math.min(lookMs * 2, lookMs + LONGEST_BETWEEN_LOOKS_MS);
  }
}

function jittered(waitMs: number, random: number): number {
  return waitMs * (1 - JITTER + 2 * JITTER * random);
}
