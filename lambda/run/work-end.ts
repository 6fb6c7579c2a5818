import type { FailureType } from '../contract/failure-types.ts';
import {
  MAX_FAILURE_MESSAGE_LENGTH,
  MAX_FAILURE_TYPE_LENGTH,
  MAX_JSON_DEPTH,
  MAX_PAYLOAD_BYTES,
} from '../contract/limits.ts';
import { jsonDepth } from '../json-depth.ts';
import type { TaskFailure } from '../ledger/entry.ts';
import { isRetryable } from '../task/retryable-task-error.ts';
import type { WorkEnd } from './process-protocol.ts';

const LONGEST_WAIT_SECONDS = 43_200;

/** What a returned value comes to: its JSON, or a failure that says why it has none. */
export function endOfResult(result: unknown): WorkEnd {
  let resultJson: string | undefined;
  try {
    resultJson = result === undefined ? 'null' : JSON.stringify(result);
  } catch (error) {
    return unusable(`the result cannot be written as JSON: ${describeFailure(error).message}`);
  }
  if (resultJson === undefined)
    return unusable(`the result cannot be written as JSON: it is a ${typeof result}`);
  const bytes = Buffer.byteLength(resultJson);
  if (bytes > MAX_PAYLOAD_BYTES) {
    return unusable(
      `the result has ${bytes} bytes as JSON; at most ${MAX_PAYLOAD_BYTES} are stored. Keep it elsewhere and return where it is.`,
    );
  }
  const depth = jsonDepth(resultJson);
  if (depth > MAX_JSON_DEPTH) {
    return unusable(
      `the result nests ${depth} levels deep as JSON; at most ${MAX_JSON_DEPTH} are taken. Return it flatter, or as text.`,
    );
  }
  return { kind: 'completed', resultJson };
}

/** What a throw comes to. */
export function endOfThrow(thrown: unknown): WorkEnd {
  const error = describeFailure(thrown);
  if (!isRetryable(thrown)) return { kind: 'failed', error };
  return { kind: 'retry', error, afterSeconds: usableWait(thrown.afterSeconds) };
}

/** A wait that is no number is none; one beyond SQS's twelve hours is twelve hours. */
function usableWait(afterSeconds: number | undefined): number | undefined {
  if (afterSeconds === undefined || !Number.isFinite(afterSeconds)) return undefined;
  return Math.min(Math.max(0, afterSeconds), LONGEST_WAIT_SECONDS);
}

/** Type and message of whatever was thrown: not every throw is an Error, and not every Error behaves. */
export function describeFailure(thrown: unknown): TaskFailure {
  try {
    if (thrown instanceof Error) {
      return clipped(String(thrown.name || 'Error'), String(thrown.message) || 'no message was given');
    }
    if (typeof thrown === 'string') return clipped('Error', thrown || 'an empty string was thrown');
    if (typeof thrown === 'object' && thrown !== null) {
      const { name, message } = thrown as { name?: unknown; message?: unknown };
      const type = typeof name === 'string' && name !== '' ? name : 'Error';
      return clipped(type, typeof message === 'string' ? message : 'an object that is no Error was thrown');
    }
    return clipped('Error', `${String(thrown)} was thrown`);
  } catch {
    return { type: 'Error', message: 'what was thrown cannot be read' };
  }
}

function unusable(message: string): WorkEnd {
  return { kind: 'failed', error: { type: 'UnusableResult' satisfies FailureType, message } };
}

function clipped(type: string, message: string): TaskFailure {
  return { type: clip(type, MAX_FAILURE_TYPE_LENGTH), message: clip(message, MAX_FAILURE_MESSAGE_LENGTH) };
}

function clip(text: string, length: number): string {
  // Half of a surrogate pair, be it ours or from where it was cut, is no Unicode text: DynamoDB takes no other.
  return (text.length <= length ? text : `${text.slice(0, length - 1)}…`).toWellFormed();
}
