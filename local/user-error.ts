/** An error that the user can correct. Its message states what to do. */
export class UserError extends Error {
  override readonly name: string = 'UserError';

  /** What the user is shown instead of a stack trace: the message, in some classes with what it is about. */
  get explanation(): string {
    return this.message;
  }
}

/** A command line that cannot be used. The message states what was given and what is allowed. The exit code is 2. */
export class UsageError extends UserError {
  override readonly name = 'UsageError';
}
