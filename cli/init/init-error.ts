/** A request of the user that `init` refuses. The message states what was given, what is allowed and what to do. */
export class InitError extends Error {
  override readonly name = 'InitError';
  /** 1: it cannot be done here. 2: the command line is not understood. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
