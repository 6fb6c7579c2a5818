import { expect, it } from 'vitest';
import { expiresAtSeconds } from '../../../lambda/ledger/retention.ts';

const DAY_MS = 86_400_000;

it('a task is kept until nothing can ask for it any more, and for the retention after that', () => {
  // 2025-11-24T16:00:00.001Z, half a day before each of 3 runs, 4 in each queue, 14 in the dead-letter queue, 3 of
  // attempts, 30 of retention: 56.5 days.
  expect(
    expiresAtSeconds(1_764_000_000_001, {
      maxRuns: 3,
      deliveryDeadlineMs: 3 * DAY_MS,
      retentionMs: 30 * DAY_MS,
    }),
  ).toBe(1_768_881_601);
});
