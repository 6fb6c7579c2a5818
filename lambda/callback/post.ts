import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { type AttemptOutcome, outcomeOfError, outcomeOfStatus } from './outcome.ts';

export interface CallbackRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What one attempt came to. */
export interface CallbackAnswer {
  readonly outcome: AttemptOutcome;
  /** The first bytes of the answer's body as text; only where the answer was not 2xx. */
  readonly excerpt?: string;
}

export interface PostOptions {
  /** How long the whole attempt may take, from look-up to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  /** Throws `RefusedUrlError` for a URL that must not be called. */
  readonly check?: ((url: URL) => void) | undefined;
  /** Resolves the receiver's name; where addresses are refused, it ends with `RefusedUrlError`. */
  readonly lookup?: LookupFunction | undefined;
  /** The wall clock in epoch milliseconds, against which `Retry-After` dates are read. */
  readonly now: () => number;
}

/** More of an answer than this is not read: the connection is closed instead of kept. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** So much of an answer is kept for operators. */
const EXCERPT_BYTES = 200;

const MAX_HEADER_BYTES = 16 * 1024;

/** Connections are kept for the next callback to the same host: a handshake costs more than the POST. */
const agents = {
  'http:': new http.Agent({ keepAlive: true, maxFreeSockets: 64 }),
  'https:': new https.Agent({ keepAlive: true, maxFreeSockets: 64 }),
};

/**
 * Makes exactly one attempt at a callback. Never throws: what goes wrong on the wire is an outcome. It is
 * decided at the status line; what follows can only cost the connection. Redirects are not followed.
 */
export async function postCallback(request: CallbackRequest, options: PostOptions): Promise<CallbackAnswer> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    return await exchange(request, options, signal);
  } catch (error) {
    // The receiver closed an idle connection just as it was taken up again: it has seen nothing of the request.
    if (!(error instanceof StaleConnectionError)) return { outcome: outcomeOfError(error) };
    return await exchange(request, options, signal).catch((again) => ({
      outcome: outcomeOfError(again instanceof StaleConnectionError ? again.cause : again),
    }));
  }
}

class StaleConnectionError extends Error {}

async function exchange(
  { url, headers, body }: CallbackRequest,
  { check, lookup, now }: PostOptions,
  signal: AbortSignal,
): Promise<CallbackAnswer> {
  const target = new URL(url);
  check?.(target);
  const { request } = target.protocol === 'http:' ? http : https;
  const { promise, resolve, reject } = Promise.withResolvers<CallbackAnswer>();
  const outgoing = request(
    target,
    {
      method: 'POST',
      agent: agents[target.protocol === 'http:' ? 'http:' : 'https:'],
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'accept-encoding': 'identity' },
      maxHeaderSize: MAX_HEADER_BYTES,
      signal,
      ...(lookup !== undefined && { lookup }),
    },
    async (answer) => {
      // From here on the outcome stands, whatever still happens to the connection.
      outgoing.removeAllListeners('error').on('error', () => {});
      const retryAfter = answer.headers['retry-after'];
      const outcome = outcomeOfStatus(answer.statusCode ?? 0, retryAfter, now());
      const excerpt = await beginningOf(answer);
      resolve({ outcome, ...(outcome.kind !== 'delivered' && excerpt !== '' && { excerpt }) });
    },
  );
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    const stale = outgoing.reusedSocket && error.code === 'ECONNRESET';
    reject(stale ? new StaleConnectionError('reset', { cause: error }) : error);
  });
  outgoing.end(body);
  return await promise;
}

/** Drains a short answer, so that its connection can serve again; cuts a long, slow or broken one off. */
async function beginningOf(answer: http.IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (length < EXCERPT_BYTES) kept.push(chunk.subarray(0, EXCERPT_BYTES - length));
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) break; // leaving the loop destroys the stream and its connection
    }
  } catch {
    // The status line has decided; a body that breaks off changes nothing.
  }
  return Buffer.concat(kept).toString('utf8');
}
