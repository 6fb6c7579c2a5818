/**
 * Loaded ahead of `npm start` (`node --import`): tells its parent which calls its servers answer, and when. Node's own
 * diagnostics channels say so; nothing of the stack is changed for it.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A call that the stack's engines or its API have answered. Times are epoch milliseconds with fractions. */
export interface TracedCall {
  /** `DynamoDB.PutItem` or `SQS.SendMessage`; of what is no AWS call, method and path: `POST /api/tasks`. */
  readonly name: string;
  /** The logical id of the function that called; empty for what no function asked. */
  readonly caller: string;
  readonly beganMs: number;
  readonly endedMs: number;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const began = new WeakMap<ServerResponse, number>();

function onRequest(message: unknown): void {
  began.set((message as Exchange).response, nowMs());
}

function onAnswered(message: unknown): void {
  const { request, response } = message as Exchange;
  const beganMs = began.get(response);
  if (beganMs === undefined) return;
  const call: TracedCall = { name: nameOf(request), caller: callerOf(request), beganMs, endedMs: nowMs() };
  process.send?.(call);
}

/** `DynamoDB_20120810.PutItem` and `AmazonSQS.SendMessage` are named by a header. */
function nameOf({ headers, method, url = '' }: IncomingMessage): string {
  const [, service, operation] =
    /^(?:Amazon)?([A-Za-z]+)(?:_\d+)?\.(\w+)$/.exec(String(headers['x-amz-target'])) ?? [];
  return service === undefined ? `${method} ${url}` : `${service}.${operation}`;
}

/** The local stack gives each function a key that is called as the function is. */
function callerOf({ headers }: IncomingMessage): string {
  return /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

// Without a parent that listens there is nothing to tell.
if (process.send !== undefined) {
  subscribe('http.server.request.start', onRequest);
  subscribe('http.server.response.finish', onAnswered);
  // The measurement is gone, however that came about.
  process.once('disconnect', () => process.exit(1));
  // Listening for the parent's end is to keep nobody alive.
  process.channel?.unref();
}
