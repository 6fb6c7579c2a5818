import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { InboxSummary } from '../console/api-types.ts';
import { readBody } from './http-body.ts';
import type { InboxScripts } from './inbox-scripts.ts';
import type { InboxStore } from './inbox-store.ts';
import { parsedIfJson } from './parsed-if-json.ts';
import { issuesOf, sendProblem } from './problem.ts';
import { scriptSchema } from './scripted-responses.ts';
import { isVerified, signatureChecks } from './signature-checks.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const PATH = /^\/inbox\/([A-Za-z0-9._~-]{1,64})(\/responses)?$/;

/** Callbacks of one answer at most, and where no limit is given. */
const MOST_LISTED = 1_000;

const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(MOST_LISTED).default(MOST_LISTED),
  before: z.coerce.number().int().min(1).optional(),
});

/**
 * What every answer of the inbox carries, also a scripted one: a scripted body is somebody's HTML under the console's
 * own address, and must not run there.
 */
const GUARD_HEADERS = { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' } as const;

export interface InboxSettings {
  readonly store: InboxStore;
  readonly scripts: InboxScripts;
  /** What the callback of this task may be signed with now, `whsec_…`: the secrets of the client whose task it is. */
  readonly signingSecretsOf: (taskId: string) => Promise<readonly string[]>;
}

/**
 * A receiver of callbacks for trying things out:
 *
 * - `POST /inbox/{name}` takes a callback, checks its signature and keeps it
 * - `GET /inbox/{name}` lists the latest 1,000 that came, oldest first; `?limit=50` fewer. If there are older ones, the
 *   header `link` has the address of their page. `GET /inbox` lists the inboxes
 * - `DELETE /inbox/{name}` empties it, of scripted answers too
 * - `PUT /inbox/{name}/responses` scripts the next answers; after them every answer is 200 again
 */
export class Inbox {
  readonly #settings: InboxSettings;
  readonly #stopping = new AbortController();

  constructor(settings: InboxSettings) {
    this.#settings = settings;
  }

  /** Whether a path belongs to the inbox. */
  serves(path: string): boolean {
    return path === '/inbox' || path.startsWith('/inbox/');
  }

  async handle(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url.pathname;
    setHeaders(response, GUARD_HEADERS);
    if (path === '/inbox' && request.method === 'GET') {
      sendJson(response, this.#summaries());
      return;
    }
    const [, name, responses] = PATH.exec(path) ?? [];
    if (name === undefined) {
      const detail = 'An inbox is /inbox/{name}, the name 1 to 64 letters, digits or any of . _ ~ -';
      sendProblem(response, { status: 404, title: 'Not Found', detail });
      return;
    }
    const method = request.method ?? '';
    if (responses !== undefined && method === 'PUT') await this.#script(name, request, response);
    else if (responses === undefined && method === 'POST') await this.#take(name, request, response);
    else if (responses === undefined && method === 'GET') this.#list(name, url, response);
    else if (responses === undefined && method === 'DELETE') {
      this.#settings.store.empty(name);
      this.#settings.scripts.set(name, []);
      response.writeHead(204).end();
    } else {
      const allow = responses === undefined ? 'DELETE, GET, POST' : 'PUT';
      const detail = `${path} takes ${allow}, not ${method}`;
      sendProblem(response, { status: 405, title: 'Method Not Allowed', detail }, { allow });
    }
  }

  #list(name: string, url: URL, response: ServerResponse): void {
    const parsed = pageSchema.safeParse(Object.fromEntries(url.searchParams));
    if (!parsed.success) {
      const detail = `An inbox is listed with limit, a whole number from 1 to ${MOST_LISTED}, and before, from the link of another page`;
      sendProblem(response, { status: 400, title: 'Bad Request', detail, issues: issuesOf(parsed.error) });
      return;
    }
    const { callbacks, olderBefore } = this.#settings.store.page(name, parsed.data);
    if (olderBefore !== undefined) {
      const older = `${url.pathname}?limit=${parsed.data.limit}&before=${olderBefore}`;
      response.setHeader('link', `<${older}>; rel="prev"`);
    }
    sendJson(response, callbacks);
  }

  /** Also of inboxes that nothing has come to yet, but whose answers are scripted. */
  #summaries(): InboxSummary[] {
    const { store, scripts } = this.#settings;
    const summaries = store.summaries();
    return [...new Set([...summaries.keys(), ...scripts.names()])].map((name) => ({
      name,
      ...(summaries.get(name) ?? { count: 0, last_at: null, verified: 0 }),
      pending_responses: scripts.pending(name),
    }));
  }

  /** Ends scripted delays. */
  stop(): void {
    this.#stopping.abort();
  }

  async #take(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const receivedMs = Date.now();
    const bytes = await readBody(request, MAX_BODY_BYTES);
    if (bytes === undefined) return tooLarge(response, 'callbacks');
    const body = bytes.toString('utf8');
    const headers = Object.fromEntries(
      Object.entries(request.headersDistinct).map(([header, values = []]) => [header, values.join(', ')]),
    );
    const secrets = await this.#settings.signingSecretsOf(headers['webhook-id'] ?? '');
    const checks = signatureChecks(headers, body, secrets, receivedMs);
    const scripted = this.#settings.scripts.next(name);
    this.#settings.store.add(name, {
      received_at: new Date(receivedMs).toISOString(),
      headers,
      body: parsedIfJson(body),
      verified: isVerified(checks),
      checks,
      answered: scripted === undefined ? 200 : (scripted.status ?? 'hang'),
    });

    if (scripted === undefined) {
      sendJson(response, { received: true });
      return;
    }
    const { status } = scripted;
    if (status === undefined) {
      // Whoever called gives up, or the stack stops, which ends all connections.
      if (!response.closed) await once(response, 'close', { signal: this.#stopping.signal });
      return;
    }
    if (scripted.delay_ms > 0) await delay(scripted.delay_ms, undefined, { signal: this.#stopping.signal });
    setHeaders(response, scripted.headers);
    setHeaders(response, GUARD_HEADERS);
    response.writeHead(status).end(scripted.body);
  }

  async #script(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await readBody(request, MAX_BODY_BYTES);
    if (bytes === undefined) return tooLarge(response, 'scripts');
    const parsed = scriptSchema.safeParse(parsedIfJson(bytes.toString('utf8')));
    if (!parsed.success) {
      sendProblem(response, {
        status: 400,
        title: 'Bad Request',
        detail:
          'Expected a JSON array of answers such as [{"status":503,"headers":{"retry-after":"2"},"delay_ms":0,"body":"…"},{"hang":true}]; an empty array ends the script',
        issues: issuesOf(parsed.error),
      });
      return;
    }
    this.#settings.scripts.set(name, parsed.data);
    response.writeHead(204).end();
  }
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function tooLarge(response: ServerResponse, what: 'callbacks' | 'scripts'): void {
  const detail = `The inbox takes ${what} of up to ${MAX_BODY_BYTES} bytes`;
  sendProblem(response, { status: 413, title: 'Content Too Large', detail });
}

/** With a newline at its end: a shell's prompt is to stand on a line of its own. */
function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
