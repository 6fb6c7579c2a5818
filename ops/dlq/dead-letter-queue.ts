import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { chunks } from '../../lambda/chunks.ts';
import { MESSAGES_PER_REQUEST } from '../../lambda/contract/limits.ts';
import { Fault } from '../fault.ts';

/** A message of the dead-letter queue as it was received. */
export interface RawLetter {
  readonly messageId: string;
  readonly body: string;
  /** When it was sent, in epoch milliseconds; of one that SQS itself moved: when it was first sent. */
  readonly sentAtMs: number;
  /** What the stage that gave up wrote on it; nothing on one that SQS itself moved. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * How long a letter that was looked at stays out of sight. It is let go before, at the end; after a crash it comes
 * back by itself. Longer walks see it again and keep it out of sight again.
 */
const HELD_SECONDS = 300;

/** SQS hands out at most 120,000 messages of a queue at a time. */
const MOST_HELD = 100_000;

/** A walk ends when so many receives in a row brought nothing new: what is held has begun to come back. */
const IDLE_RECEIVES = 50;

/**
 * The dead-letter queue, walked through once. A letter that was received is held out of sight until it is deleted
 * or all are let go, so that the walk meets every letter, and nobody else works on it meanwhile.
 */
export class DeadLetterQueue {
  readonly #sqs: SQSClient;
  readonly #url: string;
  readonly #interrupted: AbortSignal;
  /** The latest receipt handle of each letter that is held, by message id. */
  readonly #held = new Map<string, string>();

  constructor(sqs: SQSClient, url: string, interrupted: AbortSignal) {
    this.#sqs = sqs;
    this.#url = url;
    this.#interrupted = interrupted;
  }

  /** How many letters there are, also those that are out of sight; SQS itself calls it approximate. */
  async count(): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, text) => sum + Number(text), 0);
  }

  /** Up to ten new letters at a time, until there are no more, or Ctrl-C, or more are held than may be. */
  async *walk(): AsyncGenerator<readonly RawLetter[]> {
    let idle = 0;
    while (!this.#interrupted.aborted && idle < IDLE_RECEIVES && !this.holdsTooMany) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#url,
          MaxNumberOfMessages: MESSAGES_PER_REQUEST,
          // A long poll asks all of SQS's servers: without, a queue may seem empty that is not.
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['SentTimestamp'],
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return;
      const fresh = Messages.filter(({ MessageId = '' }) => !this.#held.has(MessageId));
      for (const { MessageId = '', ReceiptHandle = '' } of Messages) this.#held.set(MessageId, ReceiptHandle);
      idle = fresh.length === 0 ? idle + 1 : 0;
      if (fresh.length > 0) yield fresh.map(rawLetter);
      const left = Messages.map(({ MessageId = '' }) => MessageId).filter((id) => this.#held.has(id));
      await this.#changeVisibility(left, HELD_SECONDS);
    }
  }

  get holdsTooMany(): boolean {
    return this.#held.size >= MOST_HELD;
  }

  /** Deletes letters for good. One that could not be deleted comes back, which is harmless. */
  async delete(letters: readonly RawLetter[]): Promise<void> {
    for (const batch of chunks(
      letters.map(({ messageId }) => messageId),
      MESSAGES_PER_REQUEST,
    )) {
      const Entries = batch.map((id, index) => ({ Id: String(index), ReceiptHandle: this.#held.get(id) }));
      const { Failed = [] } = await this.#sqs.send(
        new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }),
      );
      if (Failed.length > 0) {
        throw new Fault(
          `The dead-letter queue did not delete ${Failed.length} letters (${Failed[0]?.Code}: ${Failed[0]?.Message}). They come back and are harmless; give the same command again.`,
        );
      }
      for (const id of batch) this.#held.delete(id);
    }
  }

  /** Makes all that is held visible again. What cannot be reached now comes back by itself. */
  async letGo(): Promise<void> {
    await this.#changeVisibility([...this.#held.keys()], 0).catch(() => {});
    this.#held.clear();
  }

  async #changeVisibility(ids: readonly string[], VisibilityTimeout: number): Promise<void> {
    for (const batch of chunks(ids, MESSAGES_PER_REQUEST)) {
      const Entries = batch.map((id, index) => ({
        Id: String(index),
        ReceiptHandle: this.#held.get(id),
        VisibilityTimeout,
      }));
      await this.#sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#url, Entries }));
    }
  }
}

function rawLetter({
  MessageId = '',
  Body = '',
  Attributes = {},
  MessageAttributes = {},
}: {
  MessageId?: string | undefined;
  Body?: string | undefined;
  Attributes?: Partial<Record<string, string>> | undefined;
  MessageAttributes?: Record<string, { StringValue?: string | undefined }> | undefined;
}): RawLetter {
  return {
    messageId: MessageId,
    body: Body,
    sentAtMs: Number(Attributes.SentTimestamp ?? 0),
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
  };
}
