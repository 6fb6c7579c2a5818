/** A callback's `host:port`, which is all of a callback URL that logs, queues and metrics may hold. */
export function callbackHost(callbackUrl: string): string {
  return new URL(callbackUrl).host;
}

/** A callback's origin: scheme, host and port. */
export function callbackOrigin(callbackUrl: string): string {
  return new URL(callbackUrl).origin;
}
