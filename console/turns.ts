import { setTimeout as delay } from 'node:timers/promises';

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Has works follow one another. One that would wait for long is refused instead.
 *
 * @param patienceMs how long a work waits for its turn
 * @param busy what is thrown where that is not enough
 */
export function turns(patienceMs: number, busy: () => Error): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const before = last;
    const mine = Promise.withResolvers<void>();
    // Whoever comes after one that was refused waits all the same for those before it.
    last = Promise.all([before, mine.promise]);
    const patience = new AbortController();
    try {
      const isMyTurn = await Promise.race([
        before.then(() => true),
        delay(patienceMs, false, { signal: patience.signal }).catch(() => false),
      ]);
      if (!isMyTurn) throw busy();
      return await work();
    } finally {
      patience.abort();
      mine.resolve();
    }
  };
}
