import type { CallbackBook } from './callback-book.ts';
import { type LedgerPicture, lifeOf } from './stores.ts';

/** How the accepted tasks stand. */
export interface Standing {
  readonly delivered: ReadonlySet<string>;
  /** Dead, on the operators' list and in the dead-letter queue. */
  readonly dead: ReadonlySet<string>;
  /** All others, with what is wrong. */
  readonly lost: ReadonlyMap<string, string>;
}

/** How many of the tasks are still under way: neither delivered, nor dead and listed. */
export function unsettled(accepted: Iterable<string>, { entries, listed }: LedgerPicture): number {
  return [...accepted].filter((taskId) => {
    const entry = entries.get(taskId);
    if (entry?.state === 'dead') return !listed.has(lifeOf(taskId, entry.generation));
    return entry?.state !== 'delivered';
  }).length;
}

/** How many of the tasks the ledger does not call delivered. */
export function undelivered(accepted: Iterable<string>, { entries }: LedgerPicture): number {
  return [...accepted].filter((taskId) => entries.get(taskId)?.state !== 'delivered').length;
}

/**
 * Sorts the accepted tasks. Delivered is what the ledger says so of *and* a receiver has processed; dead is what is
 * in all three places where an operator looks.
 */
export function standingOf(
  accepted: Iterable<string>,
  { entries, listed }: LedgerPicture,
  deadLetters: ReadonlySet<string>,
  book: CallbackBook,
): Standing {
  const delivered = new Set<string>();
  const dead = new Set<string>();
  const lost = new Map<string, string>();
  for (const taskId of accepted) {
    const entry = entries.get(taskId);
    if (entry === undefined) lost.set(taskId, 'the ledger does not know it');
    else if (entry.state === 'delivered' && book.isProcessed(taskId)) delivered.add(taskId);
    else if (entry.state === 'delivered') lost.set(taskId, 'no receiver has processed it');
    else if (entry.state !== 'dead') lost.set(taskId, `it is still ${entry.state}`);
    else if (!listed.has(lifeOf(taskId, entry.generation))) lost.set(taskId, 'it is dead and not listed');
    else if (!deadLetters.has(lifeOf(taskId, entry.generation))) {
      lost.set(taskId, 'it is dead and not in the dead-letter queue');
    } else dead.add(taskId);
  }
  return { delivered, dead, lost };
}
