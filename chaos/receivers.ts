import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CallbackBook } from './callback-book.ts';
import type { Random } from './random.ts';
import { answerWell, RECEIVER_KINDS, type ReceiverKind } from './receiver-kinds.ts';

/**
 * Below the ports that systems give to outgoing connections, so that none of them takes the port of the receiver
 * that is down before it gets up.
 */
const PORTS = { from: 20_000, to: 30_000 };
const TRIES = 50;

/** A customer's endpoint on loopback. */
class Receiver {
  readonly kind: ReceiverKind;
  readonly port: number;
  /** Well for good. */
  mended = false;
  readonly #server: Server;
  readonly #book: CallbackBook;
  readonly #onViolation: (what: string) => void;

  private constructor(
    kind: ReceiverKind,
    server: Server,
    port: number,
    book: CallbackBook,
    onViolation: (what: string) => void,
  ) {
    this.kind = kind;
    this.port = port;
    this.#server = server;
    this.#book = book;
    this.#onViolation = onViolation;
    server.on('request', (request, answer) => {
      // A sender that is killed breaks off in the middle of its body.
      this.#receive(request, answer).catch(() => request.socket.destroy());
    });
  }

  static async start(
    kind: ReceiverKind,
    book: CallbackBook,
    random: Random,
    onViolation: (what: string) => void,
  ): Promise<Receiver> {
    const server = createServer();
    const port = await listenSomewhere(server, random);
    const receiver = new Receiver(kind, server, port, book, onViolation);
    if (kind.whileIll === undefined) await receiver.stop();
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async mend(): Promise<void> {
    this.mended = true;
    if (!this.#server.listening) await listen(this.#server, this.port);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    if (request.url !== '/hook') this.#onViolation(`a redirect was followed to ${request.url}`);
    const body = await text(request);
    const { taskId, nth, sinceMs } = this.#book.note(request.headers, body, Date.now());
    const exchange = { request, answer, nth, sinceMs, process: () => this.#book.markProcessed(taskId) };
    if (this.mended || this.kind.whileIll === undefined) answerWell(exchange);
    else this.kind.whileIll(exchange);
  }
}

/** One receiver of each kind. */
export class Receivers {
  readonly #receivers: readonly Receiver[];

  private constructor(receivers: readonly Receiver[]) {
    this.#receivers = receivers;
  }

  static async start(
    book: CallbackBook,
    random: Random,
    onViolation: (what: string) => void,
  ): Promise<Receivers> {
    const receivers: Receiver[] = [];
    for (const kind of RECEIVER_KINDS) {
      receivers.push(await Receiver.start(kind, book, random, onViolation));
    }
    return new Receivers(receivers);
  }

  urlOf(kind: ReceiverKind): string {
    const receiver = this.#receivers.find((one) => one.kind === kind);
    if (receiver === undefined) throw new Error(`there is no receiver of the kind ${kind.name}`);
    return receiver.url;
  }

  /** Makes those well that are ill for a time only. */
  async mendPassing(): Promise<void> {
    await Promise.all(this.#receivers.filter(({ kind }) => !kind.staysIll).map((one) => one.mend()));
  }

  async mendAll(): Promise<void> {
    await Promise.all(this.#receivers.map((one) => one.mend()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#receivers.map((one) => one.stop()));
  }
}

async function listenSomewhere(server: Server, random: Random): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const port = PORTS.from + Math.floor(random() * (PORTS.to - PORTS.from));
    try {
      await listen(server, port);
      return port;
    } catch (error) {
      if (tries >= TRIES) throw error;
    }
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
