import type { InvocationResult } from './execution-environment.ts';

/** Which messages of a batch are acknowledged, and why not all of them, if so. */
export interface BatchVerdict {
  readonly acknowledged: readonly string[];
  readonly problem?: string;
}

/**
 * What Lambda makes of a function's answer to a batch of SQS messages.
 *
 * - The function failed or ran out of time: nothing is acknowledged.
 * - `ReportBatchItemFailures` is off, or the answer names no failures: all are.
 * - An id that is empty or not of this batch, or an answer of the wrong shape: nothing is.
 */
export function judgeBatch(
  messageIds: readonly string[],
  result: InvocationResult,
  reportBatchItemFailures: boolean,
): BatchVerdict {
  if (!result.ok) return { acknowledged: [], problem: `the function failed: ${result.error.errorMessage}` };
  if (!reportBatchItemFailures || result.payload === null) return { acknowledged: messageIds };

  const failures = (result.payload as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return { acknowledged: messageIds };
  if (!Array.isArray(failures)) {
    return { acknowledged: [], problem: `batchItemFailures is not an array: ${JSON.stringify(failures)}` };
  }

  const known = new Set(messageIds);
  const failed = new Set<string>();
  for (const failure of failures as readonly unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) {
      return {
        acknowledged: [],
        problem: `batchItemFailures names ${JSON.stringify(id) ?? 'no itemIdentifier'}, which is not a message of this batch`,
      };
    }
    failed.add(id);
  }
  return { acknowledged: messageIds.filter((id) => !failed.has(id)) };
}
