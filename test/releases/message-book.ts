import type { ReceivedMessage } from '../../local/sqs-calls.ts';
import type { QueueName, RecordedMessage } from './recorded-release.ts';

interface BookedMessage extends RecordedMessage {
  readonly visible_at_ms: number;
  /** Of the latest receive. */
  readonly receiptHandle?: string;
}

/** The parts of SQS's requests that are read here. */
interface SqsRequest {
  readonly QueueUrl: string;
  readonly Entries?: readonly SentMessage[];
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface SentMessage {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageGroupId?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
}

/**
 * Every message that lies in a queue, also while nobody can receive it. SQS itself shows only those that can be
 * received, and the embedded one drops their group.
 */
export class MessageBook {
  #messages: BookedMessage[] = [];
  readonly #queueOf: (url: string) => QueueName;

  constructor(queueOf: (url: string) => QueueName) {
    this.#queueOf = queueOf;
  }

  /** Notes a request that SQS has accepted. */
  note(operation: string, request: SqsRequest, nowMs: number): void {
    const queue = this.#queueOf(request.QueueUrl);
    switch (operation) {
      case 'SendMessage':
        this.#add(queue, request as unknown as SentMessage, nowMs);
        return;
      case 'SendMessageBatch':
        for (const entry of request.Entries ?? []) this.#add(queue, entry, nowMs);
        return;
      case 'ChangeMessageVisibility':
        this.#messages = this.#messages.map((message) =>
          message.receiptHandle === request.ReceiptHandle
            ? { ...message, visible_at_ms: nowMs + (request.VisibilityTimeout ?? 0) * 1000 }
            : message,
        );
        return;
    }
  }

  /** Notes that a consumer has it, who hides it from others for so long. */
  received(queue: QueueName, { Body, ReceiptHandle }: ReceivedMessage, visible_at_ms: number): void {
    const index = this.#messages.findIndex((one) => one.queue === queue && one.body === Body);
    const found = this.#messages[index];
    if (found === undefined) throw new Error(`The ${queue} queue handed out a message that nobody sent.`);
    this.#messages[index] = { ...found, visible_at_ms, receiptHandle: ReceiptHandle };
  }

  /** Until when a message that was received is hidden; undefined if it was acknowledged. */
  hiddenUntilMs({ ReceiptHandle }: ReceivedMessage): number | undefined {
    return this.#messages.find(({ receiptHandle }) => receiptHandle === ReceiptHandle)?.visible_at_ms;
  }

  acknowledged({ ReceiptHandle }: ReceivedMessage): void {
    this.#messages = this.#messages.filter(({ receiptHandle }) => receiptHandle !== ReceiptHandle);
  }

  /** Notes that a message with that body moved to another queue, unchanged. */
  moved(body: string, to: QueueName, nowMs: number): void {
    this.#messages = this.#messages.map((message) =>
      message.body === body ? { ...message, queue: to, visible_at_ms: nowMs } : message,
    );
  }

  messagesOf(taskIds: readonly string[]): RecordedMessage[] {
    return this.#messages
      .filter(({ body }) => taskIds.some((taskId) => body.includes(taskId)))
      .map(({ receiptHandle: _, ...message }) => message);
  }

  #add(
    queue: QueueName,
    { MessageBody: body, DelaySeconds = 0, MessageGroupId: group, MessageAttributes }: SentMessage,
    nowMs: number,
  ): void {
    const attributes = Object.entries(MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [
      name,
      StringValue,
    ]);
    this.#messages.push({
      queue,
      body,
      ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
      ...(group !== undefined && { group }),
      visible_at_ms: nowMs + DelaySeconds * 1000,
    });
  }
}
