import type { ProblemJson } from '../../console/api-types.ts';
import { Console, type ConsoleSettings } from '../../console/console.ts';
import { HttpServer } from '../../local/http-server.ts';

/** A page's side of the console: asks as the page does. */
export interface ConsolePage {
  readonly url: string;
  get<T>(path: string): Promise<T>;
  post(path: string, body?: unknown): Promise<Response>;
  /** What a GET was refused with. */
  refused(path: string): Promise<ProblemJson>;
  stop(): Promise<void>;
}

/** Serves a console on a port of its own. */
export async function openConsole(settings: Omit<ConsoleSettings, 'page'>): Promise<ConsolePage> {
  const encoder = new TextEncoder();
  const page = {
    html: encoder.encode('<!doctype html><title>page</title>'),
    script: encoder.encode('script'),
    style: encoder.encode('style'),
  };
  const console = new Console({ ...settings, page: async () => page });
  const server = await HttpServer.listen(0);
  server.serve((url, request, response) => console.handle(url, request, response));
  return consolePage(server.url, settings.token, async () => {
    server.close();
    await server.drained();
    console.stop();
  });
}

export function consolePage(url: string, token: string | undefined, stop: () => Promise<void>): ConsolePage {
  const known = { 'x-console': '1', ...(token !== undefined && { 'x-console-token': token }) };
  const get = (path: string) => fetch(`${url}/console/api/${path}`, { headers: known });
  return {
    url,
    async get<T>(path: string) {
      const answer = await get(path);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${text}`);
      return JSON.parse(text) as T;
    },
    post: (path, body) =>
      fetch(`${url}/console/api/${path}`, {
        method: 'POST',
        headers: { ...known, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    refused: async (path) => (await (await get(path)).json()) as ProblemJson,
    stop,
  };
}

/** The lines of an answer that is told as it comes to be. */
export async function linesOf<T>(answer: Response): Promise<T[]> {
  return (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
