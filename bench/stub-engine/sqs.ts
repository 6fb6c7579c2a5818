import { createHash } from 'node:crypto';
import type { Counter } from './counts.ts';

/** The parts of the requests' bodies that are read here. */
interface Input {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly MessageGroupId?: string;
  readonly DelaySeconds?: number;
  readonly Entries?: readonly (Input & { readonly Id: string })[];
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface StoredMessage {
  readonly id: string;
  readonly body: string;
  receives: number;
}

/**
 * Queues that come into being by their name. A message that was received comes back when its visibility is changed,
 * after that time, and else not at all: no visibility timeout ends here.
 */
export class StubSqs {
  readonly #waiting = new Map<string, StoredMessage[]>();
  readonly #inFlight = new Map<string, StoredMessage>();
  readonly #counter: Counter;
  #lastId = 0;

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  /** What can be received, by the queues' names. */
  get backlog(): Record<string, number> {
    return Object.fromEntries([...this.#waiting].map(([name, messages]) => [name, messages.length]));
  }

  /** The answer to an operation; undefined where it is not known. */
  async answer(operation: string, input: Input): Promise<object | undefined> {
    const name = input.QueueUrl?.split('/').at(-1) ?? '';
    switch (operation) {
      case 'SendMessage':
        return this.#send(name, input);
      case 'SendMessageBatch': {
        const { Entries = [] } = input;
        return {
          Successful: Entries.map((entry) => ({ Id: entry.Id, ...this.#send(name, entry) })),
          Failed: [],
        };
      }
      case 'ReceiveMessage':
        return await this.#receive(name, input);
      case 'DeleteMessage':
        this.#inFlight.delete(input.ReceiptHandle ?? '');
        return {};
      case 'DeleteMessageBatch':
        for (const { ReceiptHandle = '' } of input.Entries ?? []) this.#inFlight.delete(ReceiptHandle);
        return { Successful: input.Entries?.map(({ Id }) => ({ Id })), Failed: [] };
      case 'ChangeMessageVisibility':
        this.#comeBack(name, input);
        return {};
      case 'ChangeMessageVisibilityBatch':
        for (const entry of input.Entries ?? []) this.#comeBack(name, entry);
        return { Successful: input.Entries?.map(({ Id }) => ({ Id })), Failed: [] };
      default:
        return undefined;
    }
  }

  put(name: string, body: string): StoredMessage {
    this.#lastId += 1;
    const message = { id: String(this.#lastId), body, receives: 0 };
    this.#queue(name).push(message);
    return message;
  }

  #send(name: string, { MessageBody = '', MessageGroupId, DelaySeconds = 0 }: Input): object {
    if (MessageGroupId !== undefined) this.#counter.callWithGroup();
    if (DelaySeconds > 0) setTimeout(() => this.put(name, MessageBody), DelaySeconds * 1_000);
    else this.put(name, MessageBody);
    // The SDK checks the digest of what was stored.
    return { MessageId: String(this.#lastId), MD5OfMessageBody: md5(MessageBody) };
  }

  async #receive(name: string, { MaxNumberOfMessages = 1, WaitTimeSeconds = 0 }: Input): Promise<object> {
    const queue = this.#queue(name);
    const untilMs = Date.now() + WaitTimeSeconds * 1_000;
    while (queue.length === 0 && Date.now() < untilMs)
      await new Promise((resolve) => setTimeout(resolve, 10));
    // From the end: an array of many thousands is slow to shorten at its beginning. SQS keeps no order either.
    const Messages = queue.splice(-MaxNumberOfMessages).map((message) => {
      message.receives += 1;
      const ReceiptHandle = `${message.id}.${message.receives}`;
      this.#inFlight.set(ReceiptHandle, message);
      return {
        MessageId: message.id,
        ReceiptHandle,
        Body: message.body,
        MD5OfBody: md5(message.body),
        Attributes: { ApproximateReceiveCount: String(message.receives) },
      };
    });
    return Messages.length === 0 ? {} : { Messages };
  }

  #comeBack(name: string, { ReceiptHandle = '', VisibilityTimeout = 0 }: Input): void {
    const message = this.#inFlight.get(ReceiptHandle);
    this.#inFlight.delete(ReceiptHandle);
    if (message !== undefined) setTimeout(() => this.#queue(name).push(message), VisibilityTimeout * 1_000);
  }

  #queue(name: string): StoredMessage[] {
    const known = this.#waiting.get(name);
    if (known !== undefined) return known;
    const queue: StoredMessage[] = [];
    this.#waiting.set(name, queue);
    return queue;
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
