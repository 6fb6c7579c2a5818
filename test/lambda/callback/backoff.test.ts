import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldBackUntilMs, nextAttemptAtMs } from '../../../lambda/callback/backoff.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const DEFAULT_SCHEDULE = {
  waitsMs: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
};

const NOW_MS = 1_764_000_000_000;
const IN_THREE_DAYS_MS = 1_764_259_200_000;
const NO_DEADLINE_MS = 9_000_000_000_000;
const MIDDLE = 0.5;

/** The wait after the given failed attempt, in milliseconds. */
function waitAfter(failedAttempts: number, random: number): number | undefined {
  const atMs = nextAttemptAtMs(
    { failedAttempts, nowMs: NOW_MS, deliverByMs: NO_DEADLINE_MS },
    DEFAULT_SCHEDULE,
    random,
  );
  return atMs === undefined ? undefined : atMs - NOW_MS;
}

describe('the time of the next attempt', () => {
  it('follows the default schedule', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => waitAfter(attempt, MIDDLE))).toEqual([
      5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
    ]);
  });

  it('repeats the last wait', () => {
    expect(waitAfter(10, MIDDLE)).toBe(86_400_000);
    expect(waitAfter(1_000, MIDDLE)).toBe(86_400_000);
  });

  it('varies by a fifth to either side', () => {
    expect(waitAfter(1, 0)).toBe(4_000);
    expect(waitAfter(1, 0.999_999)).toBe(6_000);
    expect(waitAfter(2, 0)).toBe(240_000);
    expect(waitAfter(2, 0.999_999)).toBe(360_000);
  });

  it('is put off by Retry-After, and never brought forward', () => {
    const failed = { failedAttempts: 1, nowMs: NOW_MS, deliverByMs: IN_THREE_DAYS_MS };

    expect(nextAttemptAtMs({ ...failed, retryAfterMs: 120_000 }, DEFAULT_SCHEDULE, MIDDLE)).toBe(
      1_764_000_120_000,
    );
    expect(nextAttemptAtMs({ ...failed, retryAfterMs: 1_000 }, DEFAULT_SCHEDULE, MIDDLE)).toBe(
      1_764_000_005_000,
    );
    expect(nextAttemptAtMs({ ...failed, retryAfterMs: 0 }, DEFAULT_SCHEDULE, MIDDLE)).toBe(1_764_000_005_000);
  });

  it('is no later than the deadline, whatever the schedule or the receiver says', () => {
    const failed = { failedAttempts: 1, nowMs: NOW_MS, deliverByMs: NOW_MS + 3_000 };

    expect(nextAttemptAtMs(failed, DEFAULT_SCHEDULE, MIDDLE)).toBe(1_764_000_003_000);
    expect(nextAttemptAtMs({ ...failed, retryAfterMs: 86_400_000 }, DEFAULT_SCHEDULE, MIDDLE)).toBe(
      1_764_000_003_000,
    );
  });

  it('is none once the deadline has come', () => {
    const failed = { failedAttempts: 1, nowMs: NOW_MS, retryAfterMs: 1_000 };

    expect(nextAttemptAtMs({ ...failed, deliverByMs: NOW_MS }, DEFAULT_SCHEDULE, MIDDLE)).toBeUndefined();
    expect(nextAttemptAtMs({ ...failed, deliverByMs: NOW_MS - 1 }, DEFAULT_SCHEDULE, MIDDLE)).toBeUndefined();
    expect(nextAttemptAtMs({ ...failed, deliverByMs: NOW_MS + 1 }, DEFAULT_SCHEDULE, MIDDLE)).toBe(
      NOW_MS + 1,
    );
  });

  it('always lies in the future and within the deadline, and never comes before what the receiver asked for', () => {
    fc.assert(
      fc.property(
        fc.record({
          failedAttempts: fc.integer({ min: 1, max: 10_000 }),
          deliverByMs: fc.integer({ min: NOW_MS - 1_000, max: NO_DEADLINE_MS }),
          retryAfterMs: fc.option(fc.integer({ min: 0, max: 10_000_000_000_000 }), { nil: undefined }),
        }),
        fc.array(fc.integer({ min: 1_000, max: 604_800_000 }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failed, waitsMs, random) => {
          const atMs = nextAttemptAtMs({ ...failed, nowMs: NOW_MS }, { waitsMs }, random);
          if (atMs === undefined) return failed.deliverByMs <= NOW_MS;
          const asked = NOW_MS + (failed.retryAfterMs ?? 0);
          return (
            Number.isInteger(atMs) &&
            atMs > NOW_MS &&
            atMs <= failed.deliverByMs &&
            (atMs >= asked || atMs === failed.deliverByMs)
          );
        },
      ),
    );
  });
});

describe('until when a callback is held back', () => {
  /** Minutes after it was first owed, where the breaker is found open so many minutes after. */
  const nextLook = (owedMinutes: number, share = MIDDLE) => {
    const owedSinceMs = NOW_MS;
    const nowMs = owedSinceMs + owedMinutes * MINUTE;
    return (heldBackUntilMs({ nowMs, owedSinceMs, deliverByMs: NO_DEADLINE_MS }, share) - NOW_MS) / MINUTE;
  };

  it.each([
    [0, 5],
    [2.5, 5],
    [2.6, 10],
    [5, 10],
    [10, 20],
    [160, 320],
    [320, 640],
    // From here on every 6 h.
    [640, 1_000],
    [1_000, 1_360],
  ])('found open after %d min, it waits until the minute %d', (owedMinutes, lookMinutes) => {
    expect(nextLook(owedMinutes)).toBe(lookMinutes);
  });

  it('takes 19 looks in three days', () => {
    const looks: number[] = [];
    for (let minute = 0; minute < 3 * 24 * 60; minute = nextLook(minute)) looks.push(minute);
    expect(looks).toHaveLength(19);
  });

  it('varies by a fifth to either side from task to task', () => {
    expect(nextLook(0, 0)).toBe(4);
    expect(nextLook(0, 0.75)).toBe(5.5);
  });

  it('is the same for two copies of a message, whenever they come', () => {
    expect([nextLook(11), nextLook(12.3), nextLook(16)]).toEqual([20, 20, 20]);
  });

  it('is never so near that the queue would be waited in', () => {
    for (let minute = 0; minute < 3_000; minute += 0.7) {
      expect(nextLook(minute, 0.3) - minute).toBeGreaterThanOrEqual(2.5 - 1e-9);
    }
  });

  it('ends with the deadline', () => {
    const soon = { nowMs: NOW_MS, owedSinceMs: NOW_MS - HOUR, deliverByMs: NOW_MS + 20_000 };
    expect(heldBackUntilMs(soon, MIDDLE)).toBe(NOW_MS + 20_000);
  });
});
