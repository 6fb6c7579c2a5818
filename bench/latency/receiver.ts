import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback that has come. */
export interface Receipt {
  readonly taskId: string;
  /** When its request was there, in milliseconds of this process's own clock. */
  readonly atMs: number;
}

export interface Receiver {
  readonly url: string;
  /** The callback that comes next. */
  next(withinMs: number): Promise<Receipt>;
  stop(): void;
}

/** Takes callbacks, in this process, and answers each at once. */
export async function startReceiver(): Promise<Receiver> {
  let waiting: ((receipt: Receipt) => void) | undefined;
  const server = createServer((request, response) => {
    const receipt = { taskId: String(request.headers['webhook-id']), atMs: performance.now() };
    request.resume();
    response.writeHead(204).end();
    waiting?.(receipt);
  });
  // As receivers do that keep connections: longer than the pause between two tasks.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    next(withinMs) {
      const { promise, resolve, reject } = Promise.withResolvers<Receipt>();
      const limit = setTimeout(() => reject(new Error(`no callback came within ${withinMs} ms`)), withinMs);
      waiting = resolve;
      return promise.finally(() => clearTimeout(limit));
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
