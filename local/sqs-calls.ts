import { chunks } from '../lambda/chunks.ts';
import type { QueueDescription } from './app-description.ts';

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

/** What the local stack calls of an SQS, whichever it is. */
export abstract class SqsCalls {
  /**
   * One call of SQS's JSON protocol.
   *
   * @throws Error with SQS's error
   */
  abstract call<T = unknown>(action: string, input: Readonly<Record<string, unknown>>): Promise<T>;

  async createQueue(queue: QueueDescription): Promise<void> {
    await this.call('CreateQueue', { QueueName: queue.name, Attributes: queue.attributes });
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
}
