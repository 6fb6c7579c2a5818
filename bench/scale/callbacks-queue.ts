import { FAIR_QUEUES } from './assumptions.ts';
import { messageRing } from './message-ring.ts';

/** A message to a healthy host. All others are the numbers of callbacks that are owed to dead ones. */
export const LIVE_MESSAGE = -1;

/** The callbacks queue as SQS keeps it: what can be received, and what holds an in-flight place. */
export interface CallbacksQueue {
  /** Messages that wait to be received. */
  readonly backlog: number;
  /** Messages received and neither deleted nor receivable again. */
  readonly inFlight: number;
  /** Those of them that are owed to dead hosts. */
  readonly inFlightDead: number;
  makeReceivable(message: number, atMs: number): void;
  /** The next message, which is in flight from now on. Only where there is a backlog. */
  receive(): number;
  /** When the message received last became receivable. */
  readonly receivableAtMs: number;
  /** The message is deleted, or has become receivable again. */
  leaveFlight(message: number): void;
  /** Of a message that was handled: what fair queues look at. */
  countProcessing(message: number, durationMs: number): void;
  /** Looks which groups are noisy. */
  findNoisy(): void;
}

/** @param hostOf the dead host, from 0, that a message is for */
export function callbacksQueue(
  { hosts, fair }: { hosts: number; fair: boolean },
  hostOf: (message: number) => number,
): CallbacksQueue {
  const quiet = messageRing();
  const behind = messageRing();
  const inFlightOf = new Int32Array(hosts);
  const processingOf = new Float64Array(hosts);
  const isNoisy = new Uint8Array(hosts);
  const fading = Math.exp(-FAIR_QUEUES.checkEveryMs / FAIR_QUEUES.recentMs);
  let processing = 0;
  let inFlight = 0;
  let inFlightDead = 0;
  let receivableAtMs = Number.NaN;

  const count = (message: number, change: 1 | -1) => {
    inFlight += change;
    if (message === LIVE_MESSAGE) return;
    inFlightDead += change;
    const host = hostOf(message);
    inFlightOf[host] = (inFlightOf[host] ?? 0) + change;
  };

  /** By age; but a group that is noisy waits until there is nothing else. */
  const nextRing = () => {
    const { oldest } = behind;
    if (oldest === undefined || quiet.length === 0) return oldest === undefined ? quiet : behind;
    const noisy = isNoisy[hostOf(oldest)] === 1;
    return !noisy && behind.oldestAtMs < quiet.oldestAtMs ? behind : quiet;
  };

  return {
    get backlog() {
      return quiet.length + behind.length;
    },
    get inFlight() {
      return inFlight;
    },
    get inFlightDead() {
      return inFlightDead;
    },
    get receivableAtMs() {
      return receivableAtMs;
    },

    makeReceivable(message, atMs) {
      const noisy = fair && message !== LIVE_MESSAGE && isNoisy[hostOf(message)] === 1;
      (noisy ? behind : quiet).add(message, atMs);
    },

    receive() {
      const ring = nextRing();
      const message = ring.take();
      receivableAtMs = ring.receivableAtMs;
      count(message, 1);
      return message;
    },

    leaveFlight(message) {
      count(message, -1);
    },

    countProcessing(message, durationMs) {
      processing += durationMs;
      if (message === LIVE_MESSAGE) return;
      const host = hostOf(message);
      processingOf[host] = (processingOf[host] ?? 0) + durationMs;
    },

    findNoisy() {
      const { noisyShare, fewestInFlight } = FAIR_QUEUES;
      for (let host = 0; host < hosts; host += 1) {
        const places = inFlightOf[host] ?? 0;
        const slow = (processingOf[host] ?? 0) > noisyShare * processing;
        isNoisy[host] = slow || (places >= fewestInFlight && places > noisyShare * inFlight) ? 1 : 0;
        processingOf[host] = (processingOf[host] ?? 0) * fading;
      }
      processing *= fading;
    },
  };
}
