/** Marks the error also across copies of this module: a task's bundle has one of its own. */
const RETRYABLE = Symbol.for('callback-completion.retryable');

/** Thrown by work that may succeed in another run. After the deployment's `maxRuns` runs the outcome is `failed`. */
export class RetryableTaskError extends Error {
  override readonly name = 'RetryableTaskError';
  readonly [RETRYABLE] = true;
  /** The shortest wait before the next run, in seconds. */
  readonly afterSeconds: number | undefined;

  /**
   * @param options.afterSeconds 0 to 43,200 (12 hours).
   * Default: 1 s after the first run, doubled after each further run, at most 60 s
   */
  constructor(message: string, options: ErrorOptions & { afterSeconds?: number } = {}) {
    super(message, options);
    this.afterSeconds = options.afterSeconds;
  }
}

/** Whether the work asks for another run. */
export function isRetryable(thrown: unknown): thrown is RetryableTaskError {
  return thrown instanceof Error && RETRYABLE in thrown;
}
