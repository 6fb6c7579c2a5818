/** What stands for a URL that names no host. Such a URL is never accepted; should the ledger hold one, it dies by this name. */
const NO_HOST = 'no-host';

/** A callback's `host:port`, which is all of a callback URL that logs, queues and metrics may hold. Never empty. */
export function callbackHost(callbackUrl: string): string {
  const host = URL.canParse(callbackUrl) ? new URL(callbackUrl).host : '';
  return host === '' ? NO_HOST : host;
}

/** A callback's origin: scheme, host and port. */
export function callbackOrigin(callbackUrl: string): string {
  return URL.canParse(callbackUrl) ? new URL(callbackUrl).origin : NO_HOST;
}
