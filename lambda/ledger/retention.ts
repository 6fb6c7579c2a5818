const DAY_MS = 24 * 60 * 60 * 1000;

/** The longest that a message can lie unsettled in queues: the dead-letter queue keeps it for 14 days. */
const LONGEST_IN_QUEUES_MS = 14 * DAY_MS;

export interface RetentionSettings {
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
  const settledByMs = fromMs + LONGEST_IN_QUEUES_MS + settings.deliveryDeadlineMs;
  return Math.ceil((settledByMs + settings.retentionMs) / 1000);
}
