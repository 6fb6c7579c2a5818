/** Longest wait for one answer of AWS, in milliseconds; the SDK would try for minutes. */
export const LIMIT_MS = 8_000;

/** Nobody answered in time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * Asks AWS, and waits until the signal aborts: by default for 8 s. The search for credentials ignores the signal, hence
 * the race.
 *
 * @param signal not aborted yet
 * @throws NoAnswerError if the signal aborts first
 */
export async function within<T>(
  ask: (abortSignal: AbortSignal) => Promise<T>,
  signal: AbortSignal = AbortSignal.timeout(LIMIT_MS),
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new NoAnswerError(`no answer within ${LIMIT_MS / 1_000} s`)));
  return await Promise.race([ask(signal), promise]);
}
