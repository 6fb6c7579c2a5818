import type { Hang } from '../callback/breaker.ts';
import type { DeadReason } from '../contract/states.ts';
import type { Attempt, Entry, Outcome } from './entry.ts';
import type { StoredPayload } from './payload.ts';
import type { Timer } from './timer.ts';

/** A run's hold on a task. */
export interface Lease {
  /** Random, one for each invocation. */
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface Completion {
  readonly outcome: Outcome;
  /** The result where it is too large for the entry; stored first. */
  readonly result?: StoredPayload | undefined;
  /** Until when the callback is attempted; undefined where there is no callback. */
  readonly deliverByMs?: number | undefined;
  /**
   * Until when the task's items must at least be kept, in epoch seconds. The ledger never shortens the time that an
   * entry has. Default: that time.
   */
  readonly expiresAt?: number | undefined;
}

/** One life of a callback: from a redrive or a replay to its end. */
export interface CallbackLife {
  /** When it began, in epoch milliseconds. */
  readonly owedSinceMs: number;
  /** Until when the callback is attempted, in epoch milliseconds. */
  readonly deliverByMs: number;
  /** Until when the task's items must at least be kept, in epoch seconds. */
  readonly expiresAt: number;
}

/**
 * The ledger as the stages see it. A change is one conditional write to one item. Where a method can tell that
 * its condition did not hold (false or undefined), the entry has moved on and must be looked at again. A change
 * also succeeds if the SDK had to send the write again, because the first reply was lost. All reads are consistent.
 */
export interface Ledger {
  /** Records a task. Where the id is taken: what stands there, and nothing is written. */
  create(entry: Entry): Promise<Entry | undefined>;
  /** Stores a payload beside its entry, which must name it, for as long as the entry is kept. */
  storePayload(entry: Entry, payload: StoredPayload): Promise<void>;
  /** Records tasks under fresh ids, their inputs with them. Tells for each whether all of it was stored. */
  createMany(tasks: readonly { readonly entry: Entry; readonly input?: StoredPayload }[]): Promise<boolean[]>;
  /** Marks a task whose client is told that it was not accepted: nobody sends a message for it on their own. */
  recordUnsent(entry: Entry): Promise<boolean>;
  /** Takes that mark off, or keeps a request that is about to fail from setting it: a message was sent. */
  recordSent(entry: Entry): Promise<boolean>;
  read(taskId: string): Promise<Entry | undefined>;
  /** The JSON of an input or a result that lies beside its entry. */
  readPayload(taskId: string, ref: string): Promise<string>;
  /** `accepted`, or `running` under a lapsed lease → `running` under ours, one run more. */
  claim(taskId: string, lease: Lease, now: { nowMs: number; maxRuns: number }): Promise<Entry | undefined>;
  /** `running` under our lease → `accepted`, for another run. */
  release(taskId: string, token: string, notBeforeMs: number): Promise<boolean>;
  /** `running` under the lease with that token → `delivering`, or `completed` where no callback is owed. */
  complete(entry: Entry, token: string, completion: Completion): Promise<boolean>;
  /**
   * `accepted` → `delivering` or `completed`: work done elsewhere has ended, or its time has. A result beside the
   * entry is stored only where one of the `OFFERS` places for such results is free, or has its name.
   */
  completeElsewhere(
    entry: Entry,
    completion: Completion & { readonly completionHash?: string },
  ): Promise<boolean>;
  /** `accepted` → `delivering` or `completed`, without a run. */
  cancel(entry: Entry, completion: Completion): Promise<boolean>;
  /** `delivering` → `delivered`. */
  recordDelivered(seen: Entry, attempt: Attempt): Promise<boolean>;
  /** Stays `delivering`, with one attempt more. */
  recordFailure(seen: Entry, attempt: Attempt, next: { atMs: number; answer?: string }): Promise<boolean>;
  /** Puts a row on the operators' list, before `recordDead` makes it count. */
  listDead(entry: Entry, reason: DeadReason, deadAtMs: number): Promise<void>;
  /** Takes the row off again. */
  unlistDead(taskId: string, deadAtMs: number): Promise<void>;
  /** `delivering` → `dead`, one generation on; with the attempt that was the last, if one was just made. */
  recordDead(
    seen: Entry,
    attempt: Attempt | undefined,
    death: { reason: DeadReason; atMs: number; answer?: string },
  ): Promise<boolean>;
  /** `dead` → `delivering` with a new deadline and a new schedule, in the same generation. */
  revive(seen: Entry, life: CallbackLife): Promise<Entry | undefined>;
  /** `delivered` or `dead` → `delivering`, one generation on, with a new deadline and a new schedule. */
  replay(seen: Entry, life: CallbackLife): Promise<Entry | undefined>;
  putTimer(timer: Timer): Promise<void>;
  /** The timers of one shard that are due by then, earliest first, page by page. */
  dueTimers(shard: number, untilMs: number): AsyncIterable<Timer[]>;
  /** Leaves word for other processes that a host hangs, or is well again; the newest word of a host counts. */
  tellHang(hang: Hang): Promise<void>;
  /** What was told at that time or later, of up to some thousands of hosts; it may lag by a second. */
  hangsSince(ms: number): Promise<Hang[]>;
  /** Deletes up to 25 timers; one that stays is sent again, which is harmless. */
  deleteTimers(timers: readonly Timer[]): Promise<void>;
}
