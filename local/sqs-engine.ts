// Needed to call fauxqs without HTTP, but not exported by it.
import { SqsError } from '../node_modules/fauxqs/dist/common/errors.js';
import { changeMessageVisibility } from '../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibility.js';
import { deleteMessageBatch } from '../node_modules/fauxqs/dist/sqs/actions/deleteMessageBatch.js';
import { receiveMessage } from '../node_modules/fauxqs/dist/sqs/actions/receiveMessage.js';
import { sendMessage } from '../node_modules/fauxqs/dist/sqs/actions/sendMessage.js';
import { sendMessageBatch } from '../node_modules/fauxqs/dist/sqs/actions/sendMessageBatch.js';
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import type { TopicDescription } from './app-description.ts';
import { type EngineOperations, responseOf } from './engine-calls.ts';
import { type FauxqsServer, fauxqsServer } from './fauxqs-server.ts';
import { SqsCalls } from './sqs-calls.ts';

type Operation = (input: Record<string, unknown>, store: SqsStore) => unknown;

/** What is called for each task. */
const FREQUENT: Readonly<Record<string, Operation>> = {
  ChangeMessageVisibility: changeMessageVisibility,
  DeleteMessageBatch: deleteMessageBatch,
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
  SendMessageBatch: sendMessageBatch,
};

/**
 * SQS and SNS in this process: fauxqs, in memory. Both are one server, because topics send to queues. The functions and
 * pollers of the stack call it directly, which takes less of the machine than HTTP.
 */
export class SqsEngine extends SqsCalls {
  readonly endpoint: string;
  readonly #server: FauxqsServer;
  readonly #store: SqsStore;
  /** Those that are called for each task. */
  readonly operations: EngineOperations;

  private constructor(server: FauxqsServer, store: SqsStore, endpoint: string) {
    super();
    this.#server = server;
    this.#store = store;
    this.operations = new Map(
      Object.entries(FREQUENT).map(([action, run]) => [
        `AmazonSQS.${action}`,
        async (body) => {
          const { output, status, headers } = await outcomeOf(async () => run(JSON.parse(body), store));
          return responseOf(output, status, headers);
        },
      ]),
    );
    this.endpoint = endpoint;
  }

  static async start(): Promise<SqsEngine> {
    const store = new SqsStore();
    const server = fauxqsServer({ sqsStore: store });
    const addQueueHost = (payload: unknown): unknown => {
      // The host that fauxqs itself puts into queue URLs does not resolve.
      const url = (payload as { QueueUrl?: unknown } | null)?.QueueUrl;
      if (typeof url !== 'string') return payload;
      return { ...(payload as object), QueueUrl: new URL(new URL(url).pathname, endpoint).href };
    };
    server.addHook('preSerialization', async (_request, _reply, payload) => addQueueHost(payload));
    const endpoint = await server.listen({ host: '127.0.0.1', port: 0 });
    return new SqsEngine(server, store, endpoint);
  }

  async createTopic(topic: TopicDescription): Promise<void> {
    const form = new URLSearchParams({ Action: 'CreateTopic', Name: topic.name });
    Object.entries(topic.attributes).forEach(([name, value], index) => {
      form.set(`Attributes.entry.${index + 1}.key`, name);
      form.set(`Attributes.entry.${index + 1}.value`, value);
    });
    const response = await this.#server.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: form.toString(),
    });
    if (response.statusCode !== 200) {
      throw new Error(`SNS CreateTopic: ${response.statusCode} ${response.body}`);
    }
  }

  override async call<T = unknown>(action: string, input: Readonly<Record<string, unknown>>): Promise<T> {
    const run = FREQUENT[action];
    const { status, output } = await (run === undefined
      ? this.#inject(action, input)
      : outcomeOf(async () => run(input, this.#store)));
    if (status !== 200) throw new Error(`SQS ${action}: ${status} ${JSON.stringify(output)}`);
    return output as T;
  }

  async #inject(action: string, input: Readonly<Record<string, unknown>>): Promise<Outcome> {
    const response = await this.#server.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` },
      payload: JSON.stringify(input),
    });
    return { status: response.statusCode, output: response.json() };
  }

  /** Ends long polls, too: they come back empty. */
  async stop(): Promise<void> {
    await this.#server.close();
  }
}

interface Outcome {
  readonly status: number;
  /** Of an error: what states it. */
  readonly output: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What fauxqs's HTTP server makes of an operation. */
async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { status: 200, output: await run() };
  } catch (error) {
    if (!(error instanceof SqsError)) {
      return { status: 500, output: { __type: 'InternalFailure', message: (error as Error).message } };
    }
    const headers = { 'x-amzn-query-error': error.queryErrorHeader };
    return { status: error.statusCode, output: error, headers };
  }
}
