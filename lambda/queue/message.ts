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

/** RFC 9562, of any version. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

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
  const wrong = faultsOf(value);
  if (wrong.length > 0) {
    throw new MalformedMessageError(
      `the message is not {v: ${VERSION}, task_id, generation}; look at: ${wrong.join(', ')}`,
    );
  }
  const { task_id, generation } = value as Message;
  return { task_id, generation };
}

// By hand: a schema library for three fields would be a twelfth of deliver's bundle, which each cold start parses.
function faultsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['the body'];
  const { v, task_id, generation } = value as Record<string, unknown>;
  return [
    ...(v === VERSION ? [] : ['v']),
    ...(typeof task_id === 'string' && UUID.test(task_id) ? [] : ['task_id']),
    ...(Number.isSafeInteger(generation) && Number(generation) >= 0 ? [] : ['generation']),
  ];
}
