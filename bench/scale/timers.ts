import { SECOND_MS, WAKE } from './assumptions.ts';
import { noUsage, readUnitsOf, type Usage } from './prices.ts';

/** The ledger's timers, and `wake` that sends what they stand for. */
export interface Timers {
  /** How many stand. */
  readonly standing: number;
  put(callback: number, atMs: number): void;
  /** One call of wake. Tells of each message when it becomes receivable; messages wait for it as delayed ones. */
  wake(nowMs: number, send: (callback: number, receivableAtMs: number) => void): void;
  readonly usage: Usage;
}

/** Timers of one minute lie together; within it they are sorted when their time comes. */
export function timers(timerBytes: number): Timers {
  const minutes = new Map<number, Minute>();
  const usage = noUsage();
  const msBetweenBatches = (WAKE.batchSize * WAKE.shards * SECOND_MS) / WAKE.timersPerSecond;
  let leftOver: Minute = newMinute();
  let standing = 0;

  /** @returns how long the shard took */
  const sendShard = (due: Float64Array, nowMs: number, send: (c: number, atMs: number) => void): number => {
    usage.readUnits += readUnitsOf(due.length * timerBytes);
    for (let first = 0; first < due.length; first += WAKE.batchSize) {
      const sentAfterMs = (first / WAKE.batchSize) * msBetweenBatches;
      const batch = due.subarray(first, first + WAKE.batchSize);
      if (sentAfterMs >= WAKE.worksForMs) {
        for (const key of due.subarray(first)) keep(leftOver, callbackOf(key), atOf(key));
        return sentAfterMs;
      }
      const sentAtMs = nowMs + sentAfterMs;
      for (const key of batch) {
        // As lambda/wake/send-due.ts reckons it: whole seconds, rounded up.
        const delayMs = Math.max(0, Math.ceil((atOf(key) - sentAtMs) / SECOND_MS)) * SECOND_MS;
        send(callbackOf(key), sentAtMs + delayMs);
      }
      standing -= batch.length;
      usage.sqsRequests += 1;
      usage.writeUnits += batch.length;
    }
    return Math.ceil(due.length / WAKE.batchSize) * msBetweenBatches;
  };

  return {
    usage,
    get standing() {
      return standing;
    },

    put(callback, atMs) {
      const index = Math.floor(atMs / WAKE.everyMs);
      let minute = minutes.get(index);
      if (minute === undefined) {
        minute = newMinute();
        minutes.set(index, minute);
      }
      keep(minute, callback, atMs);
      standing += 1;
    },

    wake(nowMs, send) {
      const index = Math.floor((nowMs + WAKE.lookAheadMs) / WAKE.everyMs) - 1;
      const shards = [leftOver, minutes.get(index) ?? newMinute()];
      leftOver = newMinute();
      minutes.delete(index);
      let longestMs = 0;
      for (let shard = 0; shard < WAKE.shards; shard += 1) {
        const due = Float64Array.from(shards.flatMap((minute) => minute[shard] ?? [])).sort();
        longestMs = Math.max(longestMs, sendShard(due, nowMs, send));
      }
      usage.lambdaRequests += 1;
      usage.lambdaGbSeconds += ((WAKE.idleMs + longestMs) / SECOND_MS) * WAKE.memoryGb;
    },
  };
}

/** For each shard, its timers: time and callback in one number, so that sorting needs no comparison of our own. */
type Minute = number[][];

const CALLBACKS_AT_MOST = 2 ** 21;

function newMinute(): Minute {
  return Array.from({ length: WAKE.shards }, () => []);
}

function keep(minute: Minute, callback: number, atMs: number): void {
  minute[shardOf(callback)]?.push(Math.round(atMs) * CALLBACKS_AT_MOST + callback);
}

function atOf(key: number): number {
  return Math.floor(key / CALLBACKS_AT_MOST);
}

function callbackOf(key: number): number {
  return key % CALLBACKS_AT_MOST;
}

/** Spreads as a hash of the task's id does. */
function shardOf(callback: number): number {
  return (Math.imul(callback, 0x9e3779b1) >>> 16) % WAKE.shards;
}
