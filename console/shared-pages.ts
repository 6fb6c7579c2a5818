import type { Key } from '../lambda/ledger/keys.ts';
import { ANY_STATE, type ScannedPage, type StateFilter } from '../ops/entries.ts';
import { remembered } from './remembered.ts';

type Scan = (states: StateFilter, from?: Key) => AsyncIterable<ScannedPage>;

/** A short scan is repeated for every request; a longer one is used ten times as long as it took. */
const REMEMBERING = { forMs: 0, meanwhileForMs: 15_000 } as const;

/**
 * Has everybody who reads the ledger from its beginning share one scan: a console shows counts, latest tasks and what
 * needs attention at the same time, and on this machine each scan takes the time of the tasks that run.
 *
 * @param scan reads the ledger page by page
 * @param itemsRead how many items the shared scan reads, at least a page; what lies behind is scanned for who asks
 */
export function sharedPages(scan: Scan, itemsRead: number): Scan {
  const firstStretch = remembered(async () => {
    const entries: ScannedPage['entries'][number][] = [];
    let read = 0;
    let next: Key | undefined;
    for await (const page of scan(ANY_STATE)) {
      entries.push(...page.entries);
      read += page.itemsRead;
      next = page.next;
      if (read >= itemsRead) break;
    }
    return { entries, itemsRead: read, next };
  }, REMEMBERING);

  return async function* (states, from) {
    if (from !== undefined) {
      yield* scan(states, from);
      return;
    }
    const { entries, ...stretch } = await firstStretch();
    yield { ...stretch, entries: entries.filter(({ state }) => isIn(states, state)) };
    if (stretch.next !== undefined) yield* scan(states, stretch.next);
  };
}

function isIn(states: StateFilter, state: string): boolean {
  if ('only' in states) return state === states.only;
  return !states.except.some((excepted) => excepted === state);
}
