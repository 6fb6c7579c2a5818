/** The metrics that the functions count themselves, without dimensions. docs/metrics.md states what each costs. */
export const METRICS = {
  /**
   * Attempts at callbacks: 1 for an attempt that was answered 2xx, 0 for one that failed. Its sample count is the number
   * of attempts, its sum the number delivered, its average the share delivered. One metric, so that an outage leaves no
   * part of that without data.
   */
  callbackSuccess: 'CallbackSuccess',
  /** From the outcome being stored to its callback being answered 2xx, of callbacks that never died. */
  callbackLatencyMs: 'CallbackLatencyMs',
  /** Messages that a stage could not handle by a fault of ours, and timers that could not be sent; they come back. */
  messagesFailed: 'MessagesFailed',
  /**
   * By how many seconds the oldest timer is overdue for which a call of wake had no time, or whose message it could not
   * send. No data if nothing is overdue.
   */
  oldestOverdueTimerSeconds: 'OldestOverdueTimerSeconds',
} as const;

export type MetricName = (typeof METRICS)[keyof typeof METRICS];
