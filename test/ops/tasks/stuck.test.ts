import { describe, expect, it } from 'vitest';
import { isStuck } from '../../../ops/tasks/stuck.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';

const DAY_MS = 86_400_000;
/** When the tasks below were accepted. */
const T = 1_764_000_000_000;

/** Stuck 15 minutes after it was due, and not a millisecond before. */
const STUCK = { olderThanMs: 900_000 };

describe('a task counts as stuck', () => {
  it.each([
    ['accepted: after it could have run', acceptedTask({ not_before_ms: T + 5_000 }), T + 5_000],
    [
      'done elsewhere: after the end of that wait',
      acceptedTask({ external_until_ms: T + DAY_MS }),
      T + DAY_MS,
    ],
    [
      'running: after its lease',
      acceptedTask({ state: 'running', lease_expires_at_ms: T + 75_000 }),
      T + 75_000,
    ],
    ['delivering: after its next attempt', deliveringTask({ next_attempt_at_ms: T + 9_000 }), T + 9_000],
    ['delivering without an attempt: after its outcome', deliveringTask(), T + 5_000],
    [
      'delivering without an attempt, whatever its deadline: after its outcome',
      deliveringTask({ deliver_by_ms: T + 30 * DAY_MS }),
      T + 5_000,
    ],
    [
      'delivering anew without an attempt: after that began',
      deliveringTask({ generation: 2, owed_since_ms: T + 7 * DAY_MS, deliver_by_ms: T + 10 * DAY_MS }),
      T + 7 * DAY_MS,
    ],
    [
      'delivering anew without an attempt, begun by 0.1.0: after its outcome',
      deliveringTask({ generation: 2, deliver_by_ms: T + 10 * DAY_MS }),
      T + 5_000,
    ],
  ])('%s', (_, entry, dueMs) => {
    expect(isStuck(entry, { ...STUCK, nowMs: dueMs + 900_000 })).toBe(false);
    expect(isStuck(entry, { ...STUCK, nowMs: dueMs + 900_001 })).toBe(true);
  });

  it.each(['delivered', 'completed', 'dead'] as const)('never when it is %s', (state) => {
    expect(isStuck(deliveringTask({ state }), { ...STUCK, nowMs: T + 1_000 * DAY_MS })).toBe(false);
  });
});
