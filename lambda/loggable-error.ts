/**
 * An error whose text was written here, holds nothing of a task's content, and may be logged. Node, libraries and AWS
 * throw plain errors as well, whose texts quote what they were given: those are never told.
 */
export class LoggableError extends Error {
  override readonly name: string = 'LoggableError';
}

/** Returns what was thrown if it is an error, else an error that names its type. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new LoggableError(`something of type ${typeof thrown} was thrown`);
}
