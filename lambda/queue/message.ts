import * as z from 'zod/mini';
import { LoggableError } from '../loggable-error.ts';

/**
 * What a queue message says: *which* task to advance. What is to be done about it stands in the ledger, so a
 * duplicate, a late copy and a redriven message are all harmless, and no payload lies in a queue.
 */
export interface Message {
  readonly task_id: string;
  /** The life of the callback that the message belongs to. */
  readonly generation: number;
}

/** The version of the message's form, raised when an older reader could misread it. */
const VERSION = 1;

const schema = z.object({
  v: z.literal(VERSION),
  task_id: z.uuid(),
  generation: z.int().check(z.nonnegative()),
});

/** Thrown for a message that is not ours or not of our time; it ends in the dead-letter queue. */
export class MalformedMessageError extends LoggableError {
  override readonly name = 'MalformedMessageError';
}

export function encodeMessage({ task_id, generation }: Message): string {
  return JSON.stringify({ v: VERSION, task_id, generation });
}

/** @throws MalformedMessageError that tells what is wrong, without the content */
export function parseMessage(body: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new MalformedMessageError('the message body is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.') || 'the body').join(', ');
    throw new MalformedMessageError(
      `the message is not {v: ${VERSION}, task_id, generation}; look at: ${where}`,
    );
  }
  return { task_id: parsed.data.task_id, generation: parsed.data.generation };
}
