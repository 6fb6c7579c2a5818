import type * as z from 'zod/mini';
import { CALLBACK_FORMATS, type CallbackFormat } from '../contract/formats.ts';
import { MAX_EXTERNAL_TIMEOUT_SECONDS, MAX_TASK_TIMEOUT_SECONDS } from '../contract/limits.ts';

/** Of `zod/mini`, which adds 20 KB to submit's bundle, or of `zod`, which adds 95 KB: each cold start parses them. */
type InputSchema = z.core.$ZodType;

/** What submit must know of a task: its name and what its input looks like. Never its work. */
export interface TaskDefinition<Name extends string = string, Input extends InputSchema = InputSchema> {
  /** What requests name it by: 1 to 64 of `a-z`, `0-9` and `-`, beginning with a letter or a digit. */
  readonly name: Name;
  /** Input that does not fit is refused with 400. Work sees the parsed value; the ledger keeps what was sent. */
  readonly input: Input;
  /** Where the outcome goes when a request names no `callback_url` of its own. Default: nowhere. */
  readonly callbackUrl?: string;
  /**
   * The dialect in which the outcome is told when a request names no `callback_format` of its own. Default: the
   * deployment's `callbackFormat`.
   */
  readonly callbackFormat?: CallbackFormat;
  /**
   * The work is done elsewhere, and its outcome told by `POST /api/tasks/{task_id}/completion`. Such a definition
   * has no implementation. Default: the work is done here.
   */
  readonly external?: true;
  /**
   * How long the work may take, in whole seconds: 1 to 900. Past it the work is ended and the outcome is
   * `timeout`. Default, and the most that counts: the deployment's `runTimeout`, divided by its `runBatchSize`.
   *
   * Of external work: how long its outcome is waited for, 1 to 2,592,000 (30 days). Default: 86,400 (a day).
   */
  readonly timeoutSeconds?: number;
}

/** The definition of a task whose work is done elsewhere. */
export interface ExternalTaskDefinition<Name extends string = string, Input extends InputSchema = InputSchema>
  extends TaskDefinition<Name, Input> {
  readonly external: true;
}

/**
 * Defines a task. Its work is given by `implementTask`, in a file of its own; external work by nobody here.
 *
 * @throws RangeError | TypeError that show the value given, while the functions are being loaded
 */
export function defineTask<const Name extends string, Input extends InputSchema>(
  definition: ExternalTaskDefinition<Name, Input>,
): ExternalTaskDefinition<Name, Input>;
export function defineTask<const Name extends string, Input extends InputSchema>(
  definition: TaskDefinition<Name, Input>,
): TaskDefinition<Name, Input>;
export function defineTask(definition: TaskDefinition): TaskDefinition {
  const { name, callbackUrl, callbackFormat, external, timeoutSeconds } = definition;
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new TypeError(
      `the task name ${JSON.stringify(name)} is not 1 to 64 of a-z, 0-9 and "-", beginning with a letter or digit`,
    );
  }
  if (callbackUrl !== undefined && !isHttpUrl(callbackUrl)) {
    throw new TypeError(
      `task ${name}: callbackUrl ${JSON.stringify(callbackUrl)} is not an absolute URL of https or http`,
    );
  }
  if (callbackFormat !== undefined && !CALLBACK_FORMATS.includes(callbackFormat)) {
    throw new TypeError(
      `task ${name}: callbackFormat ${JSON.stringify(callbackFormat)} is not one of ${CALLBACK_FORMATS.join(', ')}`,
    );
  }
  const longest = external === true ? MAX_EXTERNAL_TIMEOUT_SECONDS : MAX_TASK_TIMEOUT_SECONDS;
  if (
    timeoutSeconds !== undefined &&
    !(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= longest)
  ) {
    throw new RangeError(
      `task ${name}: timeoutSeconds is ${timeoutSeconds}; it must be a whole number from 1 to ${longest}`,
    );
  }
  return definition;
}

/** Whether the deployment allows it, by plain http for instance, is for submit to say. */
function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
