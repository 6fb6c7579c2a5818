import { buildApp } from 'fauxqs';
// Needed to call fauxqs without HTTP, but not exported by it.
import { SqsError } from '../node_modules/fauxqs/dist/common/errors.js';
import { changeMessageVisibility } from '../node_modules/fauxqs/dist/sqs/actions/changeMessageVisibility.js';
import { deleteMessageBatch } from '../node_modules/fauxqs/dist/sqs/actions/deleteMessageBatch.js';
import { receiveMessage } from '../node_modules/fauxqs/dist/sqs/actions/receiveMessage.js';
import { sendMessage } from '../node_modules/fauxqs/dist/sqs/actions/sendMessage.js';
import { sendMessageBatch } from '../node_modules/fauxqs/dist/sqs/actions/sendMessageBatch.js';
import { SqsStore } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { chunks } from '../lambda/chunks.ts';
import type { QueueDescription, TopicDescription } from './app-description.ts';
import type { CallEngine, EngineResponse } from './engine-calls.ts';
import { REGION } from './references.ts';

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

/** What is called for each task, by target. All other operations pass through the HTTP server's code. */
const FREQUENT: ReadonlyMap<string | undefined, Operation> = new Map<string, Operation>([
  ['AmazonSQS.ChangeMessageVisibility', changeMessageVisibility],
  ['AmazonSQS.DeleteMessageBatch', deleteMessageBatch],
  ['AmazonSQS.ReceiveMessage', receiveMessage],
  ['AmazonSQS.SendMessage', sendMessage],
  ['AmazonSQS.SendMessageBatch', sendMessageBatch],
]);

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

type Server = ReturnType<typeof buildApp>;

/**
 * SQS and SNS in this process: fauxqs, in memory. Both are one server, because topics send to queues. The functions and
 * pollers of the stack call it directly, which costs a fraction of what HTTP does.
 */
export class SqsEngine {
  readonly endpoint: string;
  readonly #server: Server;
  readonly #store: SqsStore;

  private constructor(server: Server, store: SqsStore, endpoint: string) {
    this.#server = server;
    this.#store = store;
    this.endpoint = endpoint;
  }

  static async start(): Promise<SqsEngine> {
    const store = new SqsStore();
    // fauxqs makes the other two stores itself if they are left out, which its types do not show.
    const stores = { sqsStore: store } as NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
    const server = buildApp({ logger: false, defaultRegion: REGION, stores });
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

  /** One call of SQS's JSON protocol. */
  async call<T = unknown>(action: string, input: Readonly<Record<string, unknown>>): Promise<T> {
    const headers = { ...JSON_TYPE, 'x-amz-target': `AmazonSQS.${action}` };
    const { status, body } = await this.answer(headers, JSON.stringify(input));
    if (status !== 200) throw new Error(`SQS ${action}: ${status} ${body}`);
    return JSON.parse(body);
  }

  readonly answer: CallEngine = async (headers, body) => {
    const operation = FREQUENT.get(headers['x-amz-target']);
    if (operation !== undefined) return await this.#run(operation, body);
    const response = await this.#server.inject({ method: 'POST', url: '/', headers, payload: body });
    const { statusCode: status, body: text } = response;
    return { status, headers: response.headers as Record<string, string>, body: text };
  };

  async #run(operation: Operation, body: string): Promise<EngineResponse> {
    try {
      const output = await operation(JSON.parse(body), this.#store);
      return { status: 200, headers: JSON_TYPE, body: JSON.stringify(output ?? {}) };
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      return {
        status: error.statusCode,
        headers: { ...JSON_TYPE, 'x-amzn-query-error': error.queryErrorHeader },
        body: JSON.stringify(error),
      };
    }
  }

  /** Ends long polls, too: they come back empty. */
  async stop(): Promise<void> {
    await this.#server.close();
  }
}
