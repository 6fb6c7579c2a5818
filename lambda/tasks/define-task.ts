import type * as z from 'zod';

/** What submit must know of a task: its name and what its input looks like. Never its work. */
export interface TaskDefinition<Name extends string = string, Input extends z.ZodType = z.ZodType> {
  /** What requests name it by: 1 to 64 of `a-z`, `0-9` and `-`, beginning with a letter or a digit. */
  readonly name: Name;
  /** Input that does not fit is refused with 400. Work sees the parsed value; the ledger keeps what was sent. */
  readonly input: Input;
  /** Where the outcome goes when a request names no `callback_url` of its own. Default: nowhere. */
  readonly callbackUrl?: string;
  /**
   * How long the work may take, in whole seconds: 1 to 900. Past it the work is ended and the outcome is
   * `timeout`. Default, and the most that counts: the deployment's `runTimeout`.
   */
  readonly timeoutSeconds?: number;
}

const LONGEST_TIMEOUT_SECONDS = 900;

/**
 * Defines a task. Its work is given by `implementTask`, in a file of its own.
 *
 * @throws RangeError | TypeError that show the value given, while the functions are being loaded
 */
export function defineTask<const Name extends string, Input extends z.ZodType>(
  definition: TaskDefinition<Name, Input>,
): TaskDefinition<Name, Input> {
  const { name, callbackUrl, timeoutSeconds } = definition;
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    throw new TypeError(
      `the task name ${JSON.stringify(name)} is not 1 to 64 of a-z, 0-9 and "-", beginning with a letter or digit`,
    );
  }
  if (callbackUrl !== undefined && !URL.canParse(callbackUrl)) {
    throw new TypeError(`task ${name}: callbackUrl ${JSON.stringify(callbackUrl)} is not an absolute URL`);
  }
  if (
    timeoutSeconds !== undefined &&
    !(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= LONGEST_TIMEOUT_SECONDS)
  ) {
    throw new RangeError(
      `task ${name}: timeoutSeconds is ${timeoutSeconds}; it must be a whole number from 1 to ${LONGEST_TIMEOUT_SECONDS}`,
    );
  }
  return definition;
}
