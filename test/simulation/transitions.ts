import { isDeepStrictEqual } from 'node:util';
import type { State } from '../../lambda/contract/states.ts';
import { OFFERS } from '../../lambda/ledger/conditions.ts';
import { type Entry, MAX_ATTEMPTS_KEPT } from '../../lambda/ledger/entry.ts';

/** What an entry may become. */
const ALLOWED: Readonly<Record<State, readonly State[]>> = {
  accepted: ['running', 'delivering', 'completed'],
  running: ['running', 'accepted', 'delivering', 'completed'],
  delivering: ['delivering', 'delivered', 'dead'],
  delivered: ['delivering'],
  dead: ['delivering'],
  completed: [],
};

/** By how much two clocks can differ, in milliseconds. */
const WORST_DIFFERENCE_MS = 8_000;

const LONGEST_AS_DEAD_LETTER_MS = 14 * 24 * 60 * 60 * 1000;

export interface Fault {
  readonly invariant:
    | 'states'
    | 'outcome written once'
    | 'one lease at a time'
    | 'attempts counted'
    | 'kept while it is owed';
  readonly what: string;
}

/** What is wrong with a change of an entry; pure. Undefined stands for an entry that is not there. */
export function faultInChange(
  before: Entry | undefined,
  after: Entry,
  { nowMs, maxRuns }: { readonly nowMs: number; readonly maxRuns: number },
): Fault | undefined {
  if (before === undefined) {
    const isNew = after.state === 'accepted' && after.runs === 0 && after.attempt_count === 0;
    return isNew ? undefined : { invariant: 'states', what: `an entry begins as ${after.state}` };
  }
  // A batch that was heard nothing of is written once more, before anybody is told of its tasks.
  if (isDeepStrictEqual(before, after)) return undefined;
  if (isOffered(before, after) || isMarked(before, after)) return undefined;
  const change = `${before.state} → ${after.state}`;
  if (!ALLOWED[before.state].includes(after.state)) return { invariant: 'states', what: change };

  if (before.outcome !== undefined && JSON.stringify(before.outcome) !== JSON.stringify(after.outcome)) {
    return { invariant: 'outcome written once', what: `${change} changes the outcome` };
  }
  const isOwed = after.state === 'delivering' || after.state === 'completed';
  if (isOwed && after.outcome === undefined)
    return { invariant: 'states', what: `${change} without an outcome` };

  const tooShort = keptTooShort(before, after);
  if (tooShort !== undefined) return { invariant: 'kept while it is owed', what: `${change} ${tooShort}` };

  const generationsOn = after.generation - before.generation;
  const allowedOn = { 'delivering → dead': [1], 'delivered → delivering': [1], 'dead → delivering': [0, 1] }[
    change
  ];
  if (!(allowedOn ?? [0]).includes(generationsOn)) {
    return { invariant: 'states', what: `${change} raises the generation by ${generationsOn}` };
  }

  const runsOn = after.runs - before.runs;
  if (runsOn !== (after.state === 'running' ? 1 : 0)) {
    return { invariant: 'states', what: `${change} raises the runs by ${runsOn}` };
  }
  if (after.runs > maxRuns)
    return { invariant: 'states', what: `${change} is run ${after.runs} of ${maxRuns}` };
  if (change === 'running → running') {
    const leaseLeftMs = (before.lease_expires_at_ms ?? 0) - nowMs;
    if (leaseLeftMs > WORST_DIFFERENCE_MS) {
      return {
        invariant: 'one lease at a time',
        what: `taken over ${leaseLeftMs} ms before its lease ended`,
      };
    }
  }
  return miscount(before, after, change);
}

/** An entry must outlive its callback's deadline and 14 days in the dead-letter queue. */
function keptTooShort(before: Entry, after: Entry): string | undefined {
  if (after.expires_at < before.expires_at) return 'shortens how long the entry is kept';
  const neededMs = (after.deliver_by_ms ?? 0) + LONGEST_AS_DEAD_LETTER_MS;
  return after.expires_at * 1000 < neededMs ? 'owes a callback for longer than the entry is kept' : undefined;
}

/** Whether a result that was told of work done elsewhere has taken a free place, and nothing else has changed. */
function isOffered(before: Entry, after: Entry): boolean {
  const place = OFFERS.find((offer) => before[offer] === undefined && after[offer] !== undefined);
  return place !== undefined && isDeepStrictEqual({ ...before, [place]: after[place] }, after);
}

/** Whether the mark of what was refused was set or taken off, and nothing else has changed. */
function isMarked(before: Entry, after: Entry): boolean {
  if (before.state !== 'accepted' || after.unsent === undefined) return false;
  return isDeepStrictEqual({ ...before, unsent: after.unsent }, after);
}

function miscount(before: Entry, after: Entry, change: string): Fault | undefined {
  const wrong = (what: string): Fault => ({ invariant: 'attempts counted', what: `${change}: ${what}` });
  const last = after.attempts.at(-1)?.attempt ?? 0;
  if (last !== after.attempt_count)
    return wrong(`attempt_count is ${after.attempt_count}, the last is ${last}`);
  if (after.attempts.length !== Math.min(after.attempt_count, MAX_ATTEMPTS_KEPT)) {
    return wrong(`${after.attempts.length} of ${after.attempt_count} attempts are kept`);
  }

  const beginsAnew = change === 'delivered → delivering' || change === 'dead → delivering';
  const base = beginsAnew ? before.attempt_count : before.schedule_base;
  if (after.schedule_base !== base) return wrong(`schedule_base is ${after.schedule_base}, not ${base}`);

  // A 2xx is recorded whatever else was recorded meanwhile; only its own count has to agree, as seen above.
  if (change === 'delivering → delivered') return undefined;
  const recorded = after.attempt_count - before.attempt_count;
  const possible = { 'delivering → delivering': [1], 'delivering → dead': [0, 1] }[change] ?? [0];
  if (!possible.includes(recorded)) return wrong(`${recorded} attempts were recorded`);
  const kept = before.attempts.slice(-(MAX_ATTEMPTS_KEPT - recorded));
  const same = JSON.stringify(after.attempts.slice(0, kept.length)) === JSON.stringify(kept);
  return same || recorded === 0 ? undefined : wrong('an attempt that was recorded is gone');
}
