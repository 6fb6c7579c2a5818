import type { CallbackLife } from './ledger.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The longest that messages of one task can lie in queues: 4 days in each of two, 14 in the dead-letter queue. */
const LONGEST_IN_QUEUES_MS = (4 + 4 + 14) * DAY_MS;

/** The longest wait that a task can ask for before its next run. */
const LONGEST_WAIT_FOR_RUN_MS = DAY_MS / 2;

export interface RetentionSettings {
  readonly maxRuns: number;
  readonly deliveryDeadlineMs: number;
  readonly retentionMs: number;
}

/**
 * When DynamoDB may delete a task's items, in epoch seconds: the latest time at which it can settle, and the
 * retention after that. An entry must never go while a message or a timer can still ask for it.
 *
 * @param fromMs when the task was accepted, or its callback revived, in epoch milliseconds
 */
export function expiresAtSeconds(fromMs: number, settings: RetentionSettings): number {
  const { maxRuns, deliveryDeadlineMs, retentionMs } = settings;
  const runsMs = maxRuns * LONGEST_WAIT_FOR_RUN_MS;
  return Math.ceil((fromMs + runsMs + LONGEST_IN_QUEUES_MS + deliveryDeadlineMs + retentionMs) / 1000);
}

/** Returns the life of a callback that is first owed, or owed once more, from this time on. */
export function callbackLife(nowMs: number, settings: Omit<RetentionSettings, 'maxRuns'>): CallbackLife {
  return {
    owedSinceMs: nowMs,
    deliverByMs: nowMs + settings.deliveryDeadlineMs,
    expiresAt: expiresAtSeconds(nowMs, { ...settings, maxRuns: 0 }),
  };
}
