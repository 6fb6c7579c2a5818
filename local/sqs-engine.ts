import { chunks } from '../lambda/chunks.ts';
// Needed to call fauxqs without HTTP, but not exported by it.
import { SqsError } from '../node_modules/fauxqs/dist/common/errors.js';
import { changeMessageVisibility } from '../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibility.js';
import { deleteMessageBatch } from '../node_modules/fauxqs/dist/sqs/actions/deleteMessageBatch.js';
import { receiveMessage } from '../node_modules/fauxqs/dist/sqs/actions/receiveMessage.js';
import { sendMessage } from '../node_modules/fauxqs/dist/sqs/actions/sendMessage.js';
import { sendMessageBatch } from '../node_modules/fauxqs/dist/sqs/actions/sendMessageBatch.js';
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import type { QueueDescription, TopicDescription } from './app-description.ts';
import { type EngineOperations, responseOf } from './engine-calls.ts';
import { type FauxqsServer, fauxqsServer } from './fauxqs-server.ts';

/** A message as ReceiveMessage gives it, the part that event records are made of. */
export interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface OutgoingMessage {
  readonly body: string;
  /** 0 to 900; default 0. */
  readonly delaySeconds?: number;
  /** Name → string value. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** SQS's limit on the messages of one batch call. */
const MAX_BATCH = 10;
/** SQS's longest long poll. */
const LONG_POLL_SECONDS = 20;

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
export class SqsEngine {
  readonly endpoint: string;
  readonly #server: FauxqsServer;
  readonly #store: SqsStore;
  /** Those that are called for each task. */
  readonly operations: EngineOperations;

  private constructor(server: FauxqsServer, store: SqsStore, endpoint: string) {
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

  async createQueue(queue: QueueDescription): Promise<void> {
    await this.call('CreateQueue', { QueueName: queue.name, Attributes: queue.attributes });
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

  /** Up to 10 messages; waits for the first one if `wait` says so, and then returns what is there at once. */
  async receive(queueUrl: string, maxMessages: number, wait: boolean): Promise<readonly ReceivedMessage[]> {
    const { Messages = [] } = await this.call<{ Messages?: readonly ReceivedMessage[] }>('ReceiveMessage', {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(maxMessages, MAX_BATCH),
      WaitTimeSeconds: wait ? LONG_POLL_SECONDS : 0,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return Messages;
  }

  async delete(queueUrl: string, messages: readonly ReceivedMessage[]): Promise<void> {
    for (const batch of chunks(messages, MAX_BATCH)) {
      const entries = batch.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.call('DeleteMessageBatch', { QueueUrl: queueUrl, Entries: entries });
    }
  }

  async send(queueUrl: string, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const batch of chunks(messages, MAX_BATCH)) {
      const entries = batch.map(({ body, delaySeconds = 0, attributes = {} }, index) => ({
        Id: String(index),
        MessageBody: body,
        DelaySeconds: delaySeconds,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [
            name,
            { DataType: 'String', StringValue: value },
          ]),
        ),
      }));
      const { Failed = [] } = await this.call<{ Failed?: readonly unknown[] }>('SendMessageBatch', {
        QueueUrl: queueUrl,
        Entries: entries,
      });
      if (Failed.length > 0) throw new Error(`${queueUrl} refused messages: ${JSON.stringify(Failed)}`);
    }
  }

  /**
   * One call of SQS's JSON protocol.
   *
   * @throws Error with SQS's error
   */
  async call<T = unknown>(action: string, input: Readonly<Record<string, unknown>>): Promise<T> {
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
