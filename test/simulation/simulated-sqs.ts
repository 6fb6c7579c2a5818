import type { Dice } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A message as the queue keeps it. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** It came here by its receive count, and not because somebody sent it. */
  readonly movedNatively: boolean;
}

/** A message as it is handed out. */
export interface HandedOut extends StoredMessage {
  readonly receiptHandle: string;
  readonly receiveCount: number;
}

export interface QueueOptions {
  readonly name: string;
  readonly visibilityMs: number;
  /** After so many receives the next one moves the message instead. */
  readonly deadLetters?: { readonly queue: SimulatedQueue; readonly maxReceiveCount: number };
}

/** Hears of every message that comes into a queue or leaves it. */
export type OnMessage = (queue: SimulatedQueue, message: StoredMessage, event: 'in' | 'out') => void;

/** A message that is handed out twice is so within this time. */
const LATEST_TWIN_MS = 3_000;

interface Kept extends StoredMessage {
  receiveCount: number;
  visibleAtMs: number;
  /** Receipt handles below this one are stale: their visibility timeout ended. */
  firstGoodHandle: number;
  ready: boolean;
}

class SqsError extends Error {
  readonly $metadata = {};
}

/** One standard queue: at least once, in any order, invisible while it is worked on. */
export class SimulatedQueue {
  readonly name: string;
  /** Called when a message can be received. */
  onReady: () => void = () => {};
  readonly #options: QueueOptions;
  readonly #time: VirtualTime;
  readonly #dice: Dice;
  readonly #onMessage: OnMessage;
  readonly #messages = new Map<string, Kept>();
  readonly #ready: Kept[] = [];
  #sent = 0;

  constructor(options: QueueOptions, time: VirtualTime, dice: Dice, onMessage: OnMessage) {
    this.name = options.name;
    this.#options = options;
    this.#time = time;
    this.#dice = dice;
    this.#onMessage = onMessage;
  }

  get size(): number {
    return this.#messages.size;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  messages(): Iterable<StoredMessage> {
    return this.#messages.values();
  }

  send(body: string, delaySeconds: number, attributes: Readonly<Record<string, string>> = {}): void {
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900) {
      throw new SqsError(`InvalidParameterValue: DelaySeconds ${delaySeconds}`);
    }
    const id = `${this.name}-${++this.#sent}`;
    this.#keep({ id, body, attributes, movedNatively: false }, delaySeconds * 1000);
  }

  /**
   * Hands messages out, in any order.
   *
   * @param twice whether this message is handed out once more at once, as standard queues do now and then
   */
  receive(most: number, twice: () => boolean): HandedOut[] {
    const handedOut: HandedOut[] = [];
    while (handedOut.length < most && this.#ready.length > 0) {
      const message = this.#takeReady();
      if (message === undefined) continue;
      const { deadLetters, visibilityMs } = this.#options;
      if (deadLetters !== undefined && message.receiveCount >= deadLetters.maxReceiveCount) {
        this.#remove(message);
        deadLetters.queue.takeOver(message);
        continue;
      }
      message.receiveCount += 1;
      handedOut.push({
        ...message,
        receiptHandle: `${message.id}#${message.receiveCount}`,
        receiveCount: message.receiveCount,
      });
      this.#hide(message, visibilityMs);
      if (twice()) {
        // To somebody else, while the first is at work: both handles are good.
        this.#time.after(this.#dice.between(0, LATEST_TWIN_MS), () => {
          if (this.#messages.has(message.id)) this.#makeReady(message);
        });
      }
    }
    return handedOut;
  }

  /** A stale handle deletes nothing, and nobody is told so. */
  delete(receiptHandle: string): void {
    const message = this.#of(receiptHandle);
    if (message !== undefined) this.#remove(message);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 43_200) {
      throw new SqsError(`InvalidParameterValue: VisibilityTimeout ${seconds}`);
    }
    const message = this.#of(receiptHandle);
    if (message === undefined) throw new SqsError(`MessageNotInflight: ${receiptHandle}`);
    this.#hide(message, seconds * 1000);
  }

  /** The native move: the same body, under a new roof. */
  takeOver({ id, body, attributes }: StoredMessage): void {
    this.#keep({ id: `${id}-moved`, body, attributes, movedNatively: true }, 0);
  }

  #of(receiptHandle: string): Kept | undefined {
    const [id = '', handle] = receiptHandle.split('#');
    const message = this.#messages.get(id);
    if (message === undefined) return undefined;
    // SQS promises neither that a stale handle works nor that it does not.
    const isStale = Number(handle) < message.firstGoodHandle;
    return isStale && this.#dice.chance(0.5) ? undefined : message;
  }

  #keep(message: StoredMessage, delayMs: number): void {
    const kept: Kept = { ...message, receiveCount: 0, visibleAtMs: 0, firstGoodHandle: 1, ready: false };
    this.#messages.set(kept.id, kept);
    this.#onMessage(this, kept, 'in');
    this.#hide(kept, delayMs);
  }

  #remove(message: Kept): void {
    this.#messages.delete(message.id);
    this.#onMessage(this, message, 'out');
  }

  #hide(message: Kept, forMs: number): void {
    const visibleAtMs = this.#time.nowMs + forMs;
    message.visibleAtMs = visibleAtMs;
    message.ready = false;
    this.#time.after(forMs, () => {
      if (message.visibleAtMs !== visibleAtMs || !this.#messages.has(message.id)) return;
      message.firstGoodHandle = message.receiveCount + 1;
      this.#makeReady(message);
    });
  }

  #makeReady(message: Kept): void {
    if (message.ready) return;
    message.ready = true;
    this.#ready.push(message);
    this.onReady();
  }

  /** Any of those that are ready; undefined where it was deleted or hidden meanwhile. */
  #takeReady(): Kept | undefined {
    const index = this.#dice.between(0, this.#ready.length - 1);
    const message = this.#ready[index];
    const last = this.#ready.pop();
    if (last !== undefined && index < this.#ready.length) this.#ready[index] = last;
    if (message === undefined || !message.ready || !this.#messages.has(message.id)) return undefined;
    message.ready = false;
    return message;
  }
}
