import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '../lambda/http/problem.ts';
import { problemOf, refuse, send, sendJson, startLines } from './answers.ts';
import { attention } from './api/attention.ts';
import { listLetters, redrive, redriveSchema } from './api/dead-letters.ts';
import { listTasks } from './api/list-tasks.ts';
import { overview } from './api/overview.ts';
import { replay } from './api/replay.ts';
import { showTask } from './api/show-task.ts';
import { submitSchema } from './api/submit.ts';
import type { Desk } from './desk.ts';
import { refusal } from './guard.ts';
import type { PageFiles } from './page-files.ts';
import { remembered } from './remembered.ts';
import { parsed, readRequest } from './request.ts';
import { turns } from './turns.ts';

/** A look at the dead-letter queue takes a second or two; a redrive may take hours. */
const PATIENCE_MS = 8_000;

export interface ConsoleSettings {
  readonly desk: Desk;
  /** Returns what a browser loads; called once, when one comes. */
  readonly page: () => Promise<PageFiles>;

  /**
   * What a page must know to be let in.
   *
   * @default - none: whoever reaches this machine's loopback is let in, as the local stack's engines let them in
   */
  readonly token?: string;
}

/** A request to the API that was let in. */
interface Call {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** From the route's pattern. */
  readonly id: string;
  /** The page has gone away, or the server stops. */
  readonly gone: AbortSignal;
}

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  answer(call: Call): Promise<void>;
}

/** A page and its API: a face of what `npm run ops` does. */
export class Console {
  readonly #settings: ConsoleSettings;
  readonly #routes: readonly Route[];
  #page: Promise<PageFiles> | undefined;

  constructor(settings: ConsoleSettings) {
    this.#settings = settings;
    this.#routes = routes(settings.desk);
  }

  /** Whether a path is the console's. */
  serves(path: string): boolean {
    return path === '/' || path.startsWith('/console/');
  }

  async handle(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (url.pathname.startsWith('/console/api/')) await this.#callApi(url, request, response);
      else await this.#showPage(url.pathname, request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, problemOf(error));
    }
  }

  stop(): void {
    this.#settings.desk.stop();
  }

  async #showPage(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return notAllowed(response, path, 'GET');
    if (!['/', '/console/app.js', '/console/app.css'].includes(path)) return notFound(response, path);
    const { html, script, style } = await this.#files();
    if (path === '/') send(response, 200, 'text/html; charset=utf-8', html);
    else if (path.endsWith('.js')) send(response, 200, 'text/javascript; charset=utf-8', script);
    else send(response, 200, 'text/css; charset=utf-8', style);
  }

  async #files(): Promise<PageFiles> {
    this.#page ??= this.#settings.page();
    try {
      return await this.#page;
    } catch (error) {
      // Whoever mends the page's source loads it again.
      this.#page = undefined;
      throw error;
    }
  }

  async #callApi(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const refused = refusal({ method, headers: request.headers }, this.#settings.token);
    if (refused !== undefined) return refuse(response, refused);
    const here = this.#routes.filter(({ path }) => path.test(url.pathname));
    const route = here.find((candidate) => candidate.method === method);
    if (here.length === 0) return notFound(response, url.pathname);
    if (route === undefined)
      return notAllowed(response, url.pathname, here.map((candidate) => candidate.method).join(', '));
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    if (response.closed) gone.abort();
    const [, id = ''] = route.path.exec(url.pathname) ?? [];
    await route.answer({ url, request, response, id, gone: gone.signal });
  }
}

function routes(desk: Desk): Route[] {
  const [overviewNow, attentionNow] = [
    remembered(() => overview(desk), desk.remembering),
    remembered(() => attention(desk, new AbortController().signal), desk.remembering),
  ];
  // Whoever goes through the dead-letter queue holds its letters out of everybody's sight: two at once miss some.
  const inTurn = turns(PATIENCE_MS, busy);
  const get = (path: RegExp, answer: (call: Call) => Promise<unknown> | unknown): Route => ({
    method: 'GET',
    path,
    answer: async (call) => sendJson(call.response, 200, await answer(call)),
  });
  const post = (path: RegExp, answer: Route['answer']): Route => ({ method: 'POST', path, answer });
  return [
    get(/^\/console\/api\/about$/, () => desk.about),
    get(/^\/console\/api\/overview$/, overviewNow),
    get(/^\/console\/api\/charts$/, () => desk.charts()),
    get(/^\/console\/api\/tasks$/, ({ url }) => listTasks(desk, url.searchParams)),
    get(/^\/console\/api\/attention$/, attentionNow),
    get(/^\/console\/api\/tasks\/([^/]+)$/, ({ id }) => showTask(desk, id)),
    get(/^\/console\/api\/dlq$/, ({ url, gone }) => inTurn(() => listLetters(desk, url.searchParams, gone))),
    post(/^\/console\/api\/dlq\/redrive$/, async ({ request, response, gone }) => {
      const asked = parsed(redriveSchema, await readRequest(request));
      await inTurn(async () => {
        let tell: ((line: object) => void) | undefined;
        await redrive(desk, asked, gone, (line) => {
          // Only now: what is wrong with the filters is still a refusal.
          tell ??= startLines(response);
          tell(line);
        });
      });
      response.end();
    }),
    post(/^\/console\/api\/tasks\/([^/]+)\/replay$/, async ({ id, response }) =>
      sendJson(response, 202, await replay(desk, id)),
    ),
    post(/^\/console\/api\/submit$/, async ({ request, response, gone }) =>
      sendJson(response, 200, await desk.submit(parsed(submitSchema, await readRequest(request)), gone)),
    ),
  ];
}

function busy(): Problem {
  return new Problem({
    status: 409,
    title: 'Conflict',
    detail:
      'A redrive of this console goes on, and holds the letters that it has looked at. Wait for its end.',
  });
}

function notFound(response: ServerResponse, path: string): void {
  refuse(response, { status: 404, title: 'Not Found', detail: `The console has nothing at ${path}` });
}

function notAllowed(response: ServerResponse, path: string, allow: string): void {
  const detail = `${path} takes ${allow}`;
  refuse(response, { status: 405, title: 'Method Not Allowed', detail }, { allow });
}
