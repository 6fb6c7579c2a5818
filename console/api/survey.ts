import { isState, STATES, type State } from '../../lambda/contract/states.ts';
import { ANY_STATE, type Brief } from '../../ops/entries.ts';
import { lifeOf, livesWithTimers } from '../../ops/tasks/requeue.ts';
import { isStuck } from '../../ops/tasks/stuck.ts';
import type { Desk } from '../desk.ts';

/** As `ops tasks requeue` has it by default. */
export const STUCK_AFTER_MS = 900_000;

/** What the ledger holds, as far as it was read. */
export interface Survey {
  readonly counts: Readonly<Record<State, number>>;
  /** Due for long, and nobody drives them. */
  readonly stuck: readonly Brief[];
  /** In a state that this version does not know: a newer one wrote it. */
  readonly unknown: readonly Brief[];
  /** The longest dead of them, in epoch milliseconds. */
  readonly oldestDeadAtMs: number | undefined;
  /** Whether all of it was read. */
  readonly complete: boolean;
}

/** Reads through the ledger, up to as many items as the desk allows. */
export async function survey(desk: Desk, nowMs: number): Promise<Survey> {
  const age = { nowMs, olderThanMs: STUCK_AFTER_MS };
  const counts = Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
  const due: Brief[] = [];
  const unknown: Brief[] = [];
  let itemsRead = 0;
  let oldestDeadAtMs: number | undefined;
  let complete = true;
  for await (const page of desk.entryPages(ANY_STATE)) {
    for (const entry of page.entries) {
      if (isState(entry.state)) counts[entry.state] += 1;
      else unknown.push(entry);
      if (isStuck(entry, age)) due.push(entry);
      if (entry.state === 'dead')
        oldestDeadAtMs = Math.min(oldestDeadAtMs ?? nowMs, entry.dead_at_ms ?? nowMs);
    }
    itemsRead += page.itemsRead;
    complete = page.next === undefined;
    if (itemsRead >= desk.itemsRead) break;
  }
  const timed = due.length === 0 ? new Set<string>() : await livesWithTimers(desk.pipeline(), nowMs);
  const stuck = due.filter((entry) => !timed.has(lifeOf(entry)));
  return { counts, stuck, unknown, oldestDeadAtMs, complete };
}
