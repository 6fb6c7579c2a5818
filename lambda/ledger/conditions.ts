/**
 * Every clause of every condition that guards a write to the ledger, named. `#x` stands for attribute `x`,
 * `:x` for a value given with the write.
 */

export const ID_IS_FREE = 'attribute_not_exists(#pk)';

const IS_ACCEPTED = '#state = :accepted';
const IS_DUE = '#not_before_ms <= :now';
/** Its work is done elsewhere; the attribute says until when that is waited for. */
const IS_EXTERNAL = 'attribute_exists(#external_until_ms)';
const IS_OURS_TO_RUN = 'attribute_not_exists(#external_until_ms)';
const IS_RUNNING = '#state = :running';
const LEASE_HAS_LAPSED = '#lease_expires_at_ms < :now';
const RUNS_ARE_LEFT = '#runs < :max_runs';

/**
 * ```
 * claim          lease_expires_at_ms
 *   ├── the run ──────┤
 *   no other claim    a claim takes over, if runs are left
 * ```
 * A task waiting in `accepted` always gets its run: whoever put it there made sure that one was left.
 */
export const MAY_BE_CLAIMED = or(
  and(IS_ACCEPTED, IS_DUE, IS_OURS_TO_RUN),
  and(IS_RUNNING, LEASE_HAS_LAPSED, RUNS_ARE_LEFT),
);

/** The writer's lease still counts: nobody claimed after it, and no outcome is stored. */
export const LEASE_IS_OURS = and(IS_RUNNING, '#lease_token = :token');

/**
 * It is the entry that the failed request itself made, nobody has run it, and no other request with its key has been
 * accepted.
 */
export const MAY_BECOME_UNSENT = and(
  IS_ACCEPTED,
  '#accepted_at_ms = :accepted_at',
  '#runs = :none',
  'attribute_not_exists(#unsent)',
);

/** Its message is in the queue, and no run has begun. */
export const MAY_BECOME_SENT = IS_ACCEPTED;

/** Nobody has begun it, and nobody can while the write goes through. */
export const MAY_BE_CANCELLED = IS_ACCEPTED;

/** The first to tell the outcome of work done elsewhere wins: its worker, its time limit, or who cancels it. */
export const MAY_BE_COMPLETED_ELSEWHERE = and(IS_ACCEPTED, IS_EXTERNAL);

/**
 * The places for results of work done elsewhere that lie beside the entry. Each result takes one before it is stored,
 * so that a task which is told a thousand results at once keeps no more than these. The same one keeps its place.
 */
export const OFFERS = ['offered_1', 'offered_2', 'offered_3'] as const;

export function mayBeOfferedAs(place: (typeof OFFERS)[number]): string {
  return and(IS_ACCEPTED, IS_EXTERNAL, or(`attribute_not_exists(#${place})`, `#${place} = :ref`));
}

const IS_DELIVERING = '#state = :delivering';
const SAME_GENERATION = '#generation = :generation';
const SAME_ATTEMPT_COUNT = '#attempt_count = :attempt_count_seen';

/** A 2xx counts whatever else was recorded meanwhile: the receiver has the callback. */
export const MAY_BE_DELIVERED = and(IS_DELIVERING, SAME_GENERATION);

/** Of two that attempted at the same time, one records its failure. */
export const MAY_RECORD_FAILURE = and(IS_DELIVERING, SAME_GENERATION, SAME_ATTEMPT_COUNT);

export const MAY_BE_REVIVED = and('#state = :dead', SAME_GENERATION);

/** A settled callback may be sent once more: in a new life, in which all older messages fall silent. */
export const MAY_BE_REPLAYED = and(or('#state = :delivered', '#state = :dead'), SAME_GENERATION);

export const ENTRY_EXISTS = 'attribute_exists(#pk)';

function and(...clauses: string[]): string {
  return clauses.map((clause) => `(${clause})`).join(' AND ');
}

function or(...clauses: string[]): string {
  return clauses.map((clause) => `(${clause})`).join(' OR ');
}
