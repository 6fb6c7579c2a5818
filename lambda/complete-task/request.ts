import * as z from 'zod/mini';
import {
  MAX_FAILURE_MESSAGE_LENGTH,
  MAX_FAILURE_TYPE_LENGTH,
  MAX_PAYLOAD_BYTES,
} from '../contract/limits.ts';
import { issuesOf } from '../http/issues.ts';
import { badRequest, parseJson, textOf } from '../http/json-body.ts';
import { Problem } from '../http/problem.ts';

/** What is told of work that was done elsewhere. */
export type Completion =
  | { readonly status: 'completed'; readonly result?: unknown }
  | { readonly status: 'failed'; readonly error: { readonly type: string; readonly message: string } };

const failure = z.union([
  z.string().check(z.maxLength(MAX_FAILURE_MESSAGE_LENGTH)),
  z.strictObject({
    type: z.optional(z.string().check(z.maxLength(MAX_FAILURE_TYPE_LENGTH))),
    message: z.string().check(z.maxLength(MAX_FAILURE_MESSAGE_LENGTH)),
  }),
]);

export const completionBodySchema = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('completed'), result: z.optional(z.unknown()) }),
  z.strictObject({ status: z.literal('failed'), error: failure }),
]);

/** @throws Problem 413 | 400 with every issue that was found */
export function parseCompletion(bytes: Buffer): Completion {
  if (bytes.length > MAX_PAYLOAD_BYTES) {
    throw new Problem({
      status: 413,
      title: 'Content Too Large',
      detail: `The body has ${bytes.length} bytes; at most ${MAX_PAYLOAD_BYTES} are taken. Keep a large result elsewhere and send where it is.`,
    });
  }
  const body = completionBodySchema.safeParse(parseJson('completion', textOf('completion', bytes)));
  if (!body.success) throw badRequest('completion', issuesOf(body.error));
  if (body.data.status === 'completed') return body.data;
  const { error } = body.data;
  const { type = 'Error', message } = typeof error === 'string' ? { message: error } : error;
  // Half of a surrogate pair is no Unicode text, and DynamoDB takes no other.
  return { status: 'failed', error: { type: type.toWellFormed(), message: message.toWellFormed() } };
}
