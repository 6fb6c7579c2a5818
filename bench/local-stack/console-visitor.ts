import { httpClient } from './http-client.ts';

/** Between two requests; each is sent on time, even if the one before it is not answered yet. */
const EVERY_MS = 200;

/** What the console's pages ask again and again, and the page of one inbox. Older servers ignore `limit`. */
const PATHS = [
  '/console/api/overview',
  '/console/api/tasks?limit=8',
  '/inbox/bench?limit=50',
  '/console/api/charts',
  '/console/api/attention',
  '/inbox',
] as const;

export interface ConsoleVisitor {
  /** How long each request took, in milliseconds, by its path. */
  readonly tookMs: ReadonlyMap<string, readonly number[]>;
  /** Sends no more requests, and resolves once the last one is answered. */
  stop(): Promise<void>;
}

/** Asks what the console's pages ask, five requests a second. */
export function visitConsole(url: string): ConsoleVisitor {
  const client = httpClient();
  const tookMs = new Map<string, number[]>(PATHS.map((path) => [path, []]));
  const waiting = new Set<Promise<void>>();
  let failure: Error | undefined;
  let turn = 0;
  const ask = async (path: string) => {
    const askedMs = performance.now();
    const { status, body } = await client.get(url + path, { 'x-console': '1' });
    if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${body}`);
    tookMs.get(path)?.push(performance.now() - askedMs);
  };
  const timer = setInterval(() => {
    const path = PATHS[turn++ % PATHS.length] ?? PATHS[0];
    const asked = ask(path)
      .catch((error: Error) => {
        failure ??= error;
      })
      .finally(() => waiting.delete(asked));
    waiting.add(asked);
  }, EVERY_MS);
  return {
    tookMs,
    async stop() {
      clearInterval(timer);
      await Promise.all(waiting);
      client.close();
      if (failure !== undefined) throw failure;
    },
  };
}
