import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendProblem } from './problem.ts';

export type RequestHandler = (url: URL, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** API Gateway's limit on the request line and all headers together, in bytes; more are answered 431. */
const MAX_HEADER_BYTES = 10_240;

/** Longer than clients keep an idle connection, so that none is closed just as it is used again. */
export const KEEP_ALIVE_MS = 75_000;

/**
 * Names under which this machine reaches itself. A page on the web can make a browser send requests here under
 * a name of its own, and they would all count as the local client's.
 */
const OWN_NAMES = /^(localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(:\d+)?$/i;

/** The one HTTP server that users of the local stack or of a console see; on the loopback interface only. */
export class HttpServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly #server: Server;
  readonly #owner: string;
  readonly #answering = new Set<Promise<void>>();
  readonly #handler = Promise.withResolvers<RequestHandler>();
  #allowsOrigin: (origin: string, path: string) => boolean = () => false;

  private constructor(server: Server, owner: string) {
    this.#server = server;
    this.#owner = owner;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      const answer = this.#handle(request, response).finally(() => this.#answering.delete(answer));
      this.#answering.add(answer);
    });
  }

  /**
   * Takes the port; requests that come before `serve` is called wait for it.
   *
   * @param port 0 for any that is free
   * @param owner who refuses, where a request is refused
   */
  static async listen(port: number, owner = 'The local stack'): Promise<HttpServer> {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return new HttpServer(server, owner);
  }

  /** @param allowsOrigin whether pages of an origin that is not this machine may send requests to a path; default: none */
  serve(handler: RequestHandler, allowsOrigin?: (origin: string, path: string) => boolean): void {
    if (allowsOrigin !== undefined) this.#allowsOrigin = allowsOrigin;
    this.#handler.resolve(handler);
  }

  /** Resolves when no request is being answered. */
  async drained(): Promise<void> {
    await Promise.all(this.#answering);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreignName = foreignHost(request, this.#owner);
    if (foreignName !== undefined) return forbid(response, foreignName);
    const url = parsedUrl(request, this.url);
    if (url === undefined) {
      return sendProblem(response, { status: 400, title: 'Bad Request', detail: 'The URL cannot be read' });
    }
    try {
      const handler = await this.#handler.promise;
      const { origin } = request.headers;
      if (origin !== undefined && !isOwn(origin) && !this.#allowsOrigin(origin, url.pathname)) {
        const refusal = `${this.#owner} takes no requests from pages of other sites; this one came from ${origin}`;
        return forbid(response, refusal);
      }
      await handler(url, request, response);
    } catch {
      // The client hung up, or the stack is stopping: nobody is there to answer.
      response.destroy();
    }
  }
}

function parsedUrl(request: IncomingMessage, base: string): URL | undefined {
  // Not `new URL(path, base)`: a path that begins with two slashes would be taken for a host.
  return URL.parse(`${base}${request.url ?? '/'}`) ?? undefined;
}

function forbid(response: ServerResponse, detail: string): void {
  sendProblem(response, { status: 403, title: 'Forbidden', detail });
}

function foreignHost({ headers }: IncomingMessage, owner: string): string | undefined {
  const host = headers.host ?? '';
  if (OWN_NAMES.test(host)) return undefined;
  return `${owner} answers requests to localhost, not to ${host}: whoever could reach it under another name would be its only client`;
}

function isOwn(origin: string): boolean {
  return OWN_NAMES.test(URL.parse(origin)?.host ?? '');
}
