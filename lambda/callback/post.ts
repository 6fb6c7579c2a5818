import http from 'node:http';
import https from 'node:https';
import { agentFor } from './connections.ts';
import type { UrlGuard } from './guard.ts';
import { hostOf, isAddress } from './host-name.ts';
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
  /** Says which URLs and addresses may be called. */
  readonly guard: UrlGuard;
  /** The wall clock in epoch milliseconds, against which `Retry-After` dates are read. */
  readonly now: () => number;
}

/** More of an answer than this is not read: the connection is closed instead of kept. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * So long after its status line an answer may still come in. It has decided already: what follows is an excerpt for
 * operators and a connection that can be kept, and neither is worth a place among the callbacks under way.
 */
const REST_OF_ANSWER_MS = 2_000;

/** So much of an answer is kept for operators. */
const EXCERPT_BYTES = 200;

const MAX_HEADER_BYTES = 16 * 1024;

/** Interim answers (1xx) before the answer; a receiver that sends more of them has no answer to give. */
const MAX_INTERIM_ANSWERS = 16;

/**
 * Makes exactly one attempt at a callback, over a new connection where a kept one proves to be closed. Never throws:
 * what goes wrong on the wire is an outcome. It is decided at the status line; what follows can only cost the
 * connection. Redirects are not followed.
 */
export async function postCallback(request: CallbackRequest, options: PostOptions): Promise<CallbackAnswer> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    return await exchange(request, options, signal, 'kept');
  } catch (error) {
    // The receiver closed an idle connection just as it was taken up again. Most likely it has seen nothing of the
    // request; one that read it and died without a word is sent it twice within one attempt. At least once is promised.
    if (!(error instanceof StaleConnectionError)) return { outcome: outcomeOfError(error) };
    return await exchange(request, options, signal, 'new').catch((again) => ({
      outcome: outcomeOfError(again),
    }));
  }
}

class StaleConnectionError extends Error {}

async function exchange(
  { url: raw, headers, body }: CallbackRequest,
  { guard, now }: PostOptions,
  signal: AbortSignal,
  connection: 'kept' | 'new',
): Promise<CallbackAnswer> {
  const { url, lookup } = guard(raw);
  const { request } = url.protocol === 'http:' ? http : https;
  const { promise, resolve, reject } = Promise.withResolvers<CallbackAnswer>();
  const outgoing = request(
    url,
    {
      method: 'POST',
      agent: connection === 'kept' && agentFor(url),
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'accept-encoding': 'identity' },
      maxHeaderSize: MAX_HEADER_BYTES,
      insecureHTTPParser: false,
      rejectUnauthorized: true,
      // Without the dot that may end a name: TLS knows none (RFC 6066, 3).
      ...(!isAddress(url) && { servername: hostOf(url) }),
      signal,
      lookup,
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
  outgoing.on('upgrade', (answer, socket) => {
    socket.destroy();
    resolve({ outcome: outcomeOfStatus(answer.statusCode ?? 0, undefined, now()) });
  });
  limitInterimAnswers(outgoing);
  const isStale = staleness(outgoing);
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    reject(isStale(error) ? new StaleConnectionError('closed', { cause: error }) : error);
  });
  outgoing.end(body);
  return await promise;
}

function limitInterimAnswers(outgoing: http.ClientRequest): void {
  let count = 0;
  outgoing.on('information', () => {
    count += 1;
    if (count > MAX_INTERIM_ANSWERS) outgoing.destroy(new Error('too many interim answers'));
  });
}

/** Tells whether an error means that a kept connection was closed before the receiver answered anything over it. */
function staleness(outgoing: http.ClientRequest): (error: NodeJS.ErrnoException) => boolean {
  let wasAnswered = false;
  outgoing.once('socket', (socket) => {
    // Not by the bytes that were read: TLS takes its leave in some of its own.
    const onData = () => {
      wasAnswered = true;
    };
    socket.once('data', onData);
    outgoing.once('close', () => socket.off('data', onData));
  });
  return ({ code }) => outgoing.reusedSocket && !wasAnswered && (code === 'ECONNRESET' || code === 'EPIPE');
}

/** Drains a short answer, so that its connection can serve again; cuts a long, slow or broken one off. */
async function beginningOf(answer: http.IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let length = 0;
  const cutOff = setTimeout(() => answer.destroy(), REST_OF_ANSWER_MS);
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (length < EXCERPT_BYTES) kept.push(chunk.subarray(0, EXCERPT_BYTES - length));
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) break; // leaving the loop destroys the stream and its connection
    }
  } catch {
    // The status line has decided; a body that breaks off changes nothing.
  } finally {
    clearTimeout(cutOff);
  }
  return Buffer.concat(kept).toString('utf8');
}
