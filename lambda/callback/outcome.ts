import type { ErrorClass } from '../contract/error-classes.ts';
import type { GiveUpReason } from '../contract/states.ts';

/**
 * What one attempt at a callback came to. A value, never an exception: exceptions mean that *we* broke.
 */
export type AttemptOutcome =
  | { readonly kind: 'delivered'; readonly statusCode: number }
  | {
      readonly kind: 'retry';
      readonly statusCode?: number;
      readonly errorClass?: ErrorClass;
      /** What the receiver asked for by `Retry-After`, in milliseconds from the answer. */
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'give-up'; readonly reason: GiveUpReason; readonly statusCode?: number };

/** Thrown by the guard of the connection when a callback URL must not be called. */
export class RefusedUrlError extends Error {
  override readonly name = 'RefusedUrlError';
}

/**
 * Reads the status line: 2xx is delivered; 410 Gone ends the callback, as Standard Webhooks asks; everything
 * else is tried again. Redirects are not followed (they could lead past the URL guard), hence retried.
 */
export function outcomeOfStatus(
  statusCode: number,
  retryAfter: string | undefined,
  nowMs: number,
): AttemptOutcome {
  if (statusCode >= 200 && statusCode <= 299) return { kind: 'delivered', statusCode };
  if (statusCode === 410) return { kind: 'give-up', reason: 'gone', statusCode };
  const retryAfterMs = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, nowMs);
  return { kind: 'retry', statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Reads what the connection threw instead of an answer. */
export function outcomeOfError(error: unknown): AttemptOutcome {
  if (error instanceof RefusedUrlError) return { kind: 'give-up', reason: 'url-refused' };
  return { kind: 'retry', errorClass: errorClassOf(error) };
}

/**
 * `Retry-After` in milliseconds from now: whole seconds or an HTTP date (RFC 9110, 10.2.3). Undefined where it
 * is neither, so that a broken header costs the receiver nothing.
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

const CLASS_BY_CODE: Readonly<Record<string, ErrorClass>> = {
  ABORT_ERR: 'timeout',
  ETIMEDOUT: 'timeout',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ENODATA: 'dns',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EPROTO: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
};

function errorClassOf(error: unknown): ErrorClass {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code !== 'string') return 'protocol';
  return CLASS_BY_CODE[code] ?? (/^(ERR_TLS_|ERR_SSL_|CERT_)/.test(code) ? 'tls' : 'protocol');
}
