/**
 * The types of task failures that the product itself writes, as a callback's `error.type` has them. Any other type is the
 * name of what the work threw.
 */
export const FAILURE_TYPES = [
  /** The work, or the wait for work that is done elsewhere, took longer than its limit. */
  'Timeout',
  /** The client cancelled the task before it was run. */
  'Cancelled',
  /** Every run ended without an outcome. */
  'RunsExhausted',
  /** The work used more heap than it may. */
  'OutOfMemory',
  /** The work ended its process. */
  'ProcessExited',
  /** The file of the task's work throws or never ends while it is loaded. */
  'TaskLoadError',
  /** No work is deployed for the task. */
  'UnknownTask',
  /** The stored input no longer fits the schema of the deployed task. */
  'InvalidInput',
  /** The result is not JSON, is too large, or nests too deep. */
  'UnusableResult',
] as const;
export type FailureType = (typeof FAILURE_TYPES)[number];
