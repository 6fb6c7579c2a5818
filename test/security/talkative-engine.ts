import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What befalls a call, by turns. */
type Fault =
  | 'none'
  | 'refused, with the request in its message'
  | 'throttled, with the request in its message'
  | 'half an answer';

/** By the number of the call, of thirteen. */
const FAULTS: ReadonlyMap<number, Fault> = new Map([
  [2, 'refused, with the request in its message'],
  [5, 'half an answer'],
  [11, 'throttled, with the request in its message'],
]);
const ROUND = 13;

/**
 * Stands between the functions and an engine, keeps what they sent, and has faults that talk: messages that repeat the
 * request, and answers that break off, which parsers quote.
 */
export class TalkativeEngine {
  readonly url: string;
  /** Bodies of the calls that functions made. */
  readonly sent: string[] = [];
  /** How many faults there were. */
  faults = 0;
  faulty = false;
  readonly #server: Server;
  #calls = 0;

  private constructor(server: Server, engine: string) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', async (request, response) => {
      try {
        const body = await buffer(request);
        this.sent.push(body.toString());
        const fault = this.#next();
        if (
          fault === 'refused, with the request in its message' ||
          fault === 'throttled, with the request in its message'
        ) {
          const type = fault.startsWith('refused') ? 'ValidationException' : 'ThrottlingException';
          response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
          response.end(
            JSON.stringify({ __type: type, message: `${type} of ${body}`, Message: String(body) }),
          );
          return;
        }
        const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
        const answer = await fetch(`${engine}${request.url}`, {
          method: request.method ?? 'POST',
          headers: headers as Record<string, string>,
          body: new Uint8Array(body),
        });
        const text = await answer.text();
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
        response.end(fault === 'half an answer' ? text.slice(0, Math.ceil(text.length / 2)) : text);
      } catch {
        response.destroy();
      }
    });
  }

  static async start(engine: string): Promise<TalkativeEngine> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TalkativeEngine(server, engine);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #next(): Fault {
    if (!this.faulty) return 'none';
    this.#calls += 1;
    const fault = FAULTS.get(this.#calls % ROUND) ?? 'none';
    if (fault !== 'none') this.faults += 1;
    return fault;
  }
}
