import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableDescription } from './app-description.ts';
import { createTable } from './create-table.ts';
import type { EngineOperation, EngineOperations } from './engine-calls.ts';
import { KEEP_ALIVE_MS } from './http-server.ts';
import { checkLevelDbFolder } from './leveldb-folder.ts';
import { type QuickDynalite, quickDynalite } from './quick-dynalite.ts';
import { LOCAL_CREDENTIALS, REGION } from './references.ts';

/** Far more than the longest of requests takes here; a bound all the same, so that a stack always ends. */
const STOP_WITHIN_MS = 10_000;

/** DynamoDB in this process: dynalite, whose LevelDB folder outlives the process, also if that is killed. */
export class DynamodbEngine {
  readonly endpoint: string;
  /** Those that are called for each task. */
  readonly operations: EngineOperations;
  readonly client: DynamoDBClient;
  readonly #dynalite: QuickDynalite;
  readonly #requests: RequestsUnderWay;

  private constructor(dynalite: QuickDynalite, requests: RequestsUnderWay, endpoint: string) {
    this.#dynalite = dynalite;
    this.#requests = requests;
    this.operations = new Map(
      [...dynalite.operations].map(([target, operation]) => [target, requests.counted(operation)]),
    );
    this.endpoint = endpoint;
    this.client = new DynamoDBClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  }

  /**
   * @param directory where the data lies; made if need be
   * @throws DamagedStateError if the directory cannot be opened as LevelDB's with all its data
   */
  static async start(directory: string): Promise<DynamodbEngine> {
    await checkLevelDbFolder(directory);
    const dynalite = quickDynalite({ path: directory, createTableMs: 0 });
    const { server } = dynalite;
    server.keepAliveTimeout = KEEP_ALIVE_MS;
    const requests = new RequestsUnderWay(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return new DynamodbEngine(dynalite, requests, `http://127.0.0.1:${port}`);
  }

  /**
   * Creates the table unless it is there from an earlier run; resolves when it can be used.
   *
   * @throws KeptTableError if the one from an earlier run has other keys or indexes
   */
  async createTable(table: TableDescription): Promise<void> {
    await createTable(this.client, table);
  }

  /** Lets what is under way end, also where nobody waits for its answer any more, and closes the tables. */
  async stop(): Promise<void> {
    this.client.destroy();
    await this.#requests.ended();
    const { server } = this.#dynalite;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/**
 * What dynalite is at work on. It has two ways to end this process by an exception that nobody can catch: a request
 * that finds the database closed half-way, and one whose sender is gone before all of it was read.
 */
class RequestsUnderWay {
  readonly #requests = new Map<ServerResponse, IncomingMessage>();
  #calls = 0;
  #isStopping = false;

  constructor(server: Server) {
    const [handle] = server.listeners('request') as [RequestListener];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (this.#isStopping) {
        request.destroy();
        return;
      }
      for (const [ended] of this.#requests) if (ended.writableEnded) this.#requests.delete(ended);
      this.#requests.set(response, request);
      handle(request, response);
      // In place of dynalite's listener, which throws.
      request.removeAllListeners('error');
      request.on('error', () => this.#requests.delete(response));
    });
  }

  /** Counts calls that come without HTTP. While the engine stops, they get no answer, as requests do. */
  counted(operation: EngineOperation): EngineOperation {
    return async (body) => {
      if (this.#isStopping) return await new Promise(() => {});
      this.#calls += 1;
      try {
        return await operation(body);
      } finally {
        this.#calls -= 1;
      }
    };
  }

  /** Takes no more, drops what was not read to its end, and resolves when the rest has its answer. */
  async ended(): Promise<void> {
    this.#isStopping = true;
    for (const request of this.#requests.values()) if (!request.complete) request.destroy();
    const untilMs = Date.now() + STOP_WITHIN_MS;
    while (this.#isAtWork() && Date.now() < untilMs) await delay(1);
  }

  #isAtWork(): boolean {
    // An answer counts as soon as it is written, for a connection that is gone never takes it.
    return (
      this.#calls > 0 ||
      [...this.#requests].some(([response, request]) => request.complete && !response.writableEnded)
    );
  }
}
