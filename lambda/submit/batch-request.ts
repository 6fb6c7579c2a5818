import * as z from 'zod/mini';
import { MAX_BATCH_TASKS } from '../contract/limits.ts';
import { issuesOf } from '../http/issues.ts';
import { badRequest, parseJson, textOf } from '../http/json-body.ts';
import { Problem } from '../http/problem.ts';

/** The largest body of a batch, in bytes. */
const MAX_BATCH_BYTES = 1024 * 1024;

export const batchBodySchema = z.strictObject({
  tasks: z.array(z.unknown()).check(z.minLength(1), z.maxLength(MAX_BATCH_TASKS)),
});

/**
 * The tasks of a batch, as they were sent.
 *
 * @throws Problem 413 | 400
 */
export function parseBatch(bytes: Buffer): unknown[] {
  if (bytes.length > MAX_BATCH_BYTES) {
    throw new Problem({
      status: 413,
      title: 'Content Too Large',
      detail: `The batch has ${bytes.length} bytes; at most ${MAX_BATCH_BYTES} are taken. Send it in parts.`,
    });
  }
  const body = batchBodySchema.safeParse(parseJson('batch', textOf('batch', bytes)));
  if (body.success) return body.data.tasks;
  throw badRequest('batch', issuesOf(body.error));
}
