import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { drawn, type Random } from './random.ts';

/** What can befall a call on its way. `share` is of all calls. */
const FAULTS = [
  { name: 'none', share: 0.855 },
  /** The answer comes late, within what the client waits for. */
  { name: 'latency', share: 0.05 },
  /** The engine refuses for want of throughput; the call was not made. */
  { name: 'throttle', share: 0.05 },
  /** The connection is cut before the call arrives. */
  { name: 'cut', share: 0.02 },
  /** The call is made and its answer lost with the connection. */
  { name: 'lost-reply', share: 0.02 },
  /** The call is made, and the client has given up when its answer comes. */
  { name: 'stall', share: 0.005 },
] as const;

export type FaultName = Exclude<(typeof FAULTS)[number]['name'], 'none'>;

const LATENCY_MS = { min: 20, max: 400 };

/** Longer than the functions' clients wait for an answer (1.5 s). */
const STALL_MS = 2_000;

/** How a service says that it is throttling, in its JSON protocol. */
export interface Throttling {
  readonly type: string;
  readonly message: string;
}

/**
 * Stands between the functions' SDK clients and one engine, and lets calls through, late, twice, half or not at all.
 * The engine may move: after a restart it listens elsewhere.
 */
export class FaultProxy {
  readonly url: string;
  /** How often each fault was injected. */
  readonly injected: Record<FaultName, number> = {
    latency: 0,
    throttle: 0,
    cut: 0,
    'lost-reply': 0,
    stall: 0,
  };
  /** Whether faults are injected; without, calls are only passed on. */
  faulty = true;
  /** Calls, those that were not passed on included. */
  calls = 0;
  #engine: URL | undefined;
  readonly #server: Server;
  readonly #random: Random;
  readonly #throttling: Throttling;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(server: Server, throttling: Throttling, random: Random) {
    this.#server = server;
    this.#throttling = throttling;
    this.#random = random;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, answer) => {
      // Whoever hung up, at either end, wants no answer any more.
      this.#pass(incoming, answer).catch(() => incoming.socket.destroy());
    });
  }

  static async start(throttling: Throttling, random: Random): Promise<FaultProxy> {
    const server = createServer({ keepAliveTimeout: 75_000 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new FaultProxy(server, throttling, random);
  }

  /** Passes calls on to an engine; to the one that it is now. */
  leadTo(engine: string): void {
    this.#engine = new URL(engine);
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
  }

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.calls += 1;
    const fault = this.faulty ? drawn(FAULTS, this.#random).name : 'none';
    if (fault !== 'none') this.injected[fault] += 1;

    const body = await buffer(incoming);
    if (fault === 'cut') return void incoming.socket.resetAndDestroy();
    if (fault === 'throttle') return this.#refuse(answer);
    if (fault === 'latency') {
      await delay(LATENCY_MS.min + this.#random() * (LATENCY_MS.max - LATENCY_MS.min));
    }
    const { status, headers, body: reply } = await this.#call(incoming, body);
    if (fault === 'lost-reply') return void incoming.socket.resetAndDestroy();
    if (fault === 'stall') await delay(STALL_MS);
    answer.writeHead(status, headers).end(reply);
  }

  #refuse(answer: ServerResponse): void {
    const { type, message } = this.#throttling;
    answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
    answer.end(JSON.stringify({ __type: type, message }));
  }

  async #call({ method, url, headers }: IncomingMessage, body: Buffer) {
    const engine = this.#engine;
    if (engine === undefined) throw new Error('there is no engine yet');
    const answered = Promise.withResolvers<IncomingMessage>();
    const { hostname, port } = engine;
    const options = { hostname, port, method, path: url, agent: this.#agent };
    const outgoing = request({ ...options, headers: { ...headers, host: engine.host } }, answered.resolve);
    outgoing.on('error', answered.reject);
    outgoing.end(body);
    const reply = await answered.promise;
    return { status: reply.statusCode ?? 502, headers: reply.headers, body: await buffer(reply) };
  }
}
