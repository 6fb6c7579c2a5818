import type * as z from 'zod/v4/core';
import { type DurationText, secondsIn } from '../contract/duration.ts';
import { CALLBACK_FORMATS, type CallbackFormat } from '../contract/formats.ts';
import { MAX_EXTERNAL_TIMEOUT_SECONDS, MAX_TASK_TIMEOUT_SECONDS } from '../contract/limits.ts';

/** A schema of `zod`, or of `zod/mini`, which adds 20 KB to the submit function; `zod` adds 95 KB. */
export type InputSchema = z.$ZodType;

/** What `defineTask` takes. */
export interface TaskOptions<Input extends InputSchema> {
  /**
   * Schema of the input. Submit answers 400 if the input does not fit. The work gets the parsed value; the ledger
   * keeps the input as it was sent.
   */
  readonly input: Input;

  /**
   * The name that requests give as `task_name`: 1 to 64 characters of `a-z`, `0-9` and `-`, of which the first is a
   * letter or a digit.
   *
   * @default - the file's name (`tasks/thumbnail.ts`) or the folder's (`tasks/thumbnail/task.ts`)
   */
  readonly name?: string;

  /**
   * Further names that requests may use, for example the name before the file was renamed. The same rules as for
   * `name` apply. A task keeps the name that its request used.
   *
   * @default - none
   */
  readonly aliases?: readonly string[];

  /**
   * Time limit of one run: `1s` to `900s`, and at most the deployment's `runTimeout` divided by its `runBatchSize`.
   * When it has passed, `signal` aborts, the work's process is killed, and the outcome is `timeout`.
   *
   * For an external task: how long to wait for its completion, `1s` to `30d`.
   *
   * @default - all the time that the deployment allows; `1d` for an external task
   */
  readonly timeout?: DurationText;

  /**
   * Receiver of the callback when a request has no `callback_url`. The rules for `callback_url` apply.
   *
   * @default - none
   */
  readonly callbackUrl?: string;

  /**
   * Format of the callback when a request has no `callback_format`.
   *
   * @default - the deployment's `callbackFormat`
   */
  readonly callbackFormat?: CallbackFormat;

  /**
   * Set to `true` if the work is done elsewhere. Such a task file exports no `run`; somebody reports the outcome with
   * `POST /api/tasks/{task_id}/completion`.
   *
   * @default - the work is the file's `run`
   */
  readonly external?: true;
}

/** The options of an external task. */
export interface ExternalTaskOptions<Input extends InputSchema> extends TaskOptions<Input> {
  readonly external: true;
}

/** Marks what `defineTask` returned, also across copies of this module. */
const TASK = Symbol.for('callback-completion.task');

/** A task that can be submitted: its options, checked. */
export interface TaskDefinition<Input extends InputSchema = InputSchema>
  extends Omit<TaskOptions<Input>, 'timeout'> {
  /** The time limit in whole seconds. Undefined if the definition sets none. */
  readonly timeoutSeconds: number | undefined;
}

/** The definition of an external task. */
export interface ExternalTaskDefinition<Input extends InputSchema = InputSchema>
  extends TaskDefinition<Input> {
  readonly external: true;
}

/**
 * Defines a task. A task file exports the result as `definition`.
 *
 * @throws TypeError | RangeError that show the option, its value and what is allowed
 * @example
 * export const definition = defineTask({ input: z.strictObject({ name: z.string() }), timeout: '30s' });
 */
export function defineTask<Input extends InputSchema>(
  options: ExternalTaskOptions<Input>,
): ExternalTaskDefinition<Input>;
export function defineTask<Input extends InputSchema>(options: TaskOptions<Input>): TaskDefinition<Input>;
export function defineTask(options: TaskOptions<InputSchema>): TaskDefinition {
  const { timeout, ...others } = options;
  const { input, name, aliases = [], callbackUrl, callbackFormat, external } = others;
  if (typeof input !== 'object' || input === null || !('_zod' in input)) {
    throw new TypeError('input must be a schema of zod 4, for example z.strictObject({ name: z.string() })');
  }
  if (name !== undefined) checkTaskName('name', name);
  for (const alias of aliases) checkTaskName('aliases', alias);
  if (callbackUrl !== undefined && !isHttpUrl(callbackUrl)) {
    throw new TypeError(`callbackUrl ${JSON.stringify(callbackUrl)} must be an absolute https or http URL`);
  }
  if (callbackFormat !== undefined && !CALLBACK_FORMATS.includes(callbackFormat)) {
    throw new TypeError(
      `callbackFormat ${JSON.stringify(callbackFormat)} must be one of ${CALLBACK_FORMATS.join(', ')}`,
    );
  }
  const definition = { ...others, timeoutSeconds: timeoutSecondsOf(timeout, external) };
  return Object.defineProperty(definition, TASK, { value: true });
}

/** Whether `defineTask` returned this value. */
export function isTaskDefinition(value: unknown): value is TaskDefinition {
  return typeof value === 'object' && value !== null && TASK in value;
}

/** @throws TypeError if the text cannot be a task's name */
export function checkTaskName(option: string, text: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(text)) return;
  throw new TypeError(
    `${option} ${JSON.stringify(text)} must be 1 to 64 characters of a-z, 0-9 and "-", and begin with a letter or a digit`,
  );
}

function timeoutSecondsOf(timeout: string | undefined, external: true | undefined): number | undefined {
  if (timeout === undefined) return undefined;
  const [maxSeconds, maxText] =
    external === true ? [MAX_EXTERNAL_TIMEOUT_SECONDS, '30d'] : [MAX_TASK_TIMEOUT_SECONDS, '900s'];
  const seconds = secondsIn(timeout);
  if (seconds === undefined || seconds < 1 || seconds > maxSeconds) {
    throw new RangeError(
      `timeout ${JSON.stringify(timeout)} must be a whole number with a unit s, m, h or d, from 1s to ${maxText}`,
    );
  }
  return seconds;
}

/** The construct checks the rest, such as plain http, when it knows the deployment's settings. */
function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
