/** The token that the console for AWS gives its page in the address, once. */

/** What of a browser is needed. */
export interface Surroundings {
  readonly hash: string;
  /** The tab's own: `sessionStorage`. */
  readonly storage: KeyStore;
  /** Puts another hash into the address bar, without an entry in the history. */
  readonly replaceHash: (hash: string) => void;
}

interface KeyStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEY = 'callback-completion-console-token';

/**
 * Takes the token out of the address, where a bookmark or a screenshot would show it, and keeps it for as long as the
 * tab lives. Undefined on the local stack, which has none.
 */
export function sessionToken({ hash, storage, replaceHash }: Surroundings): string | undefined {
  const [, token, rest = ''] = /^#token=([^&]+)(?:&(.*))?$/.exec(hash) ?? [];
  if (token === undefined) return storage.getItem(KEY) ?? undefined;
  storage.setItem(KEY, token);
  replaceHash(`#${rest === '' ? '/' : rest}`);
  return token;
}
