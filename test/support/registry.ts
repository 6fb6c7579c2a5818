/** The registry cannot be reached, so that nothing can be tested. */
export class NoRegistryError extends Error {
  override readonly name = 'NoRegistryError';
}

/** Errors of npm when a registry does not answer. */
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|E5\d\d)\b/;

/** npm explains at length. */
const MAX_SHOWN_LINES = 5;

/**
 * Returns what to throw when npm has failed: a NoRegistryError if no registry answered.
 *
 * @param what failed
 * @param errors what npm wrote
 */
export function npmFailure(what: string, errors: string): Error {
  const message = `${what}:\n${errors.trim().split('\n').slice(0, MAX_SHOWN_LINES).join('\n')}`;
  return UNREACHABLE.test(errors) ? new NoRegistryError(message) : new Error(message);
}
