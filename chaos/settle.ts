import { setTimeout as delay } from 'node:timers/promises';
import type { CallbackBook } from './callback-book.ts';
import type { LedgerPicture, Stores } from './stores.ts';

/** Between two looks at the whole ledger, at least this and at least a few times as long as a look takes. */
const LOOK_EVERY_MS = 500;
/** No look while callbacks come in, unless for so long. */
const LOOK_AT_LATEST_MS = 60_000;
const QUIET_MS = 1_500;
/** However much still happens, it is over after so many times the patience. */
const MOST_PATIENCE = 5;

export interface Looking {
  readonly stores: Stores;
  readonly book: CallbackBook;
  /** For how long nothing more may happen. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Looks at the ledger until nothing is left, or nothing more happens; gives what it saw last. */
export async function lookUntilNone(
  left: (picture: LedgerPicture) => number,
  { stores, book, patienceMs, signal }: Looking,
): Promise<LedgerPicture> {
  const endsMs = performance.now() + MOST_PATIENCE * patienceMs;
  let fewest = Number.POSITIVE_INFINITY;
  let sinceMs = performance.now();
  for (;;) {
    await untilQuiet(book, LOOK_AT_LATEST_MS, signal);
    const beganMs = performance.now();
    const picture = await stores.ledger();
    signal.throwIfAborted();
    const count = left(picture);
    if (count < fewest) [fewest, sinceMs] = [count, beganMs];
    const nowMs = performance.now();
    if (count === 0 || nowMs - sinceMs > patienceMs || nowMs > endsMs) return picture;
    await delay(Math.max(LOOK_EVERY_MS, 4 * (nowMs - beganMs)));
  }
}

/**
 * Waits as long as callbacks come in, but at most so long. A look at the whole ledger takes time from the stack;
 * while there are callbacks, there is no need for one.
 */
export async function untilQuiet(book: CallbackBook, withinMs: number, signal: AbortSignal): Promise<void> {
  const endsMs = performance.now() + withinMs;
  let posts = -1;
  while (book.posts !== posts && performance.now() < endsMs && !signal.aborted) {
    posts = book.posts;
    await delay(QUIET_MS);
  }
}
