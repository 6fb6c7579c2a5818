import * as z from 'zod/mini';
import type { FormatDescription } from './description.ts';
import type { FormatWriter } from './writer.ts';

/**
 * For receivers of job queues that tell where a result lies, not the result. They know two words, so that work
 * that ran out of time or was cancelled has `failed`, too; its error says what became of it.
 */
export const writeJob: FormatWriter = ({ task_id: job_id, outcome, resultJson, resultUrl }) => {
  const timestamp = new Date(outcome.completed_at_ms).toISOString();
  const told =
    outcome.status === 'completed'
      ? { job_id, result_url: ownResultUrl(resultJson) ?? resultUrl, timestamp, status: 'completed' }
      : { job_id, error: outcome.error.message, timestamp, status: 'failed' };
  return { contentType: 'application/json', body: JSON.stringify(told), statusWord: told.status };
};

/** Work that stores its result elsewhere says where, in a field of its result. */
function ownResultUrl(resultJson = 'null'): string | undefined {
  const result: unknown = JSON.parse(resultJson);
  if (typeof result !== 'object' || result === null || !('result_url' in result)) return undefined;
  return typeof result.result_url === 'string' ? result.result_url : undefined;
}

export const jobDescription: FormatDescription = {
  body: () => {
    const timestamp = z.iso.datetime();
    return z.union([
      z.strictObject({
        job_id: z.uuid(),
        result_url: z.string(),
        timestamp,
        status: z.literal('completed'),
      }),
      z.strictObject({ job_id: z.uuid(), error: z.string(), timestamp, status: z.literal('failed') }),
    ]);
  },
};
