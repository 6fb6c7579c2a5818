/**
 * What the ledger knows of a task, and what each stage must do about it. Pure: a stage reads the entry, asks
 * here, and does what the answer says.
 *
 * ```
 * accepted ─claim─▶ running ─complete─▶ delivering ─2xx─▶ delivered
 *  │  ▲                │   │              ▲   │   ▲              │
 *  │  └────release─────┘   │              │   │   └── replay ────┤
 *  │                       │              │   │   └── revive ──┐ │
 *  └─ cancelled, done elsewhere ──────────┘   └─ deadline passed / 410 / refused URL ─▶ dead
 *                          └─ complete, no callback_url ─▶ completed
 * ```
 *
 * Fields are spelled as they are stored, so that a reader of the table finds them in the code.
 */
import type { AttemptError } from '../contract/error-classes.ts';
import type { CallbackFormat } from '../contract/formats.ts';
import type { DeadReason, FailureStatus, State } from '../contract/states.ts';
import { LoggableError } from '../loggable-error.ts';

/** JSON kept within the entry, or the sort key of the item that keeps it. */
export type Payload = { readonly json: string } | { readonly ref: string };

/** How the work ended: what the callback tells. */
export type Outcome =
  | { readonly status: 'completed'; readonly completed_at_ms: number; readonly result: Payload }
  | {
      readonly status: FailureStatus;
      readonly completed_at_ms: number;
      readonly error: TaskFailure;
    };

/** What a callback tells of an error: never a stack. */
export interface TaskFailure {
  readonly type: string;
  readonly message: string;
}

/** One try at the callback. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
  readonly at_ms: number;
  readonly duration_ms: number;
  readonly status_code?: number;
  readonly error_class?: AttemptError;
}

export interface Entry {
  /** Schema version of this item. */
  readonly v: 1;
  readonly task_id: string;
  readonly task_name: string;
  /** Who submitted it, as the authorizer tells. */
  readonly client: string;
  readonly state: State;
  /** Counts the lives of the callback: raised when it dies, so that older messages fall silent. */
  readonly generation: number;
  /** Fingerprint of the request, to tell a retry from a reuse of its Idempotency-Key. */
  readonly request_hash: string;
  readonly callback_url?: string;
  readonly callback_format: CallbackFormat;
  readonly input?: Payload;
  readonly accepted_at_ms: number;
  /** No run starts before. */
  readonly not_before_ms: number;
  /** Until when work that is done elsewhere is waited for; only where the task's definition is external. */
  readonly external_until_ms?: number;
  /** Fingerprint of what was told of work done elsewhere, to tell a repetition from a contradiction. */
  readonly completion_hash?: string;
  /** Names of the results that have been told of work done elsewhere, of those that lie beside the entry. */
  readonly offered_1?: string;
  readonly offered_2?: string;
  readonly offered_3?: string;
  /**
   * True after the client was told that the task was not accepted, false once a later request with its key has sent it.
   * Commonly absent. It says nothing of a task that has had a run: then its message was sent after all.
   */
  readonly unsent?: boolean;
  readonly runs: number;
  readonly lease_token?: string;
  readonly lease_expires_at_ms?: number;
  readonly outcome?: Outcome;
  /** How often the callback was attempted, over all generations. */
  readonly attempt_count: number;
  /** `attempt_count` when the present retry schedule began: 0, or what it was at the last revive. */
  readonly schedule_base: number;
  /** The latest attempts, oldest first; at most `MAX_ATTEMPTS_KEPT`. */
  readonly attempts: readonly Attempt[];
  /** The first bytes of the last answer that was not 2xx. */
  readonly last_answer?: string;
  readonly next_attempt_at_ms?: number;
  /**
   * When the present life of the callback began. Absent in the first life, which begins with the outcome, and after
   * a redrive or a replay by version 0.1.0.
   */
  readonly owed_since_ms?: number;
  /** Until when the callback is attempted. */
  readonly deliver_by_ms?: number;
  readonly delivered_at_ms?: number;
  readonly dead_at_ms?: number;
  readonly dead_reason?: DeadReason;
  /** When DynamoDB may delete the item (its TTL attribute). */
  readonly expires_at: number;
}

export const MAX_ATTEMPTS_KEPT = 10;

/** Returns whether nobody may send a message for it, because its client was told that it was not accepted. */
export function isUnsent({ state, unsent, runs }: Pick<Entry, 'state' | 'unsent' | 'runs'>): boolean {
  return state === 'accepted' && unsent === true && runs === 0;
}

/**
 * Returns since when the callback's present life is owed, in epoch milliseconds. It reads stored times only: a
 * deployment can change its delivery deadline while callbacks are owed.
 */
export function owedSinceMs(
  entry: Pick<Entry, 'owed_since_ms' | 'accepted_at_ms'> & {
    readonly outcome?: Pick<Outcome, 'completed_at_ms'>;
  },
): number {
  return entry.owed_since_ms ?? entry.outcome?.completed_at_ms ?? entry.accepted_at_ms;
}

/** What a stage does with a message, given the entry that it names. */
export type Step =
  | { readonly do: 'acknowledge' }
  /** Never acknowledge: it comes back after the wait, or without one when its visibility timeout ends. */
  | { readonly do: 'put-back'; readonly waitMs?: number; readonly why: string }
  | { readonly do: 'wait'; readonly untilMs: number }
  | { readonly do: 'forward'; readonly to: 'tasks' | 'callbacks' };

/** What run does when its claim was refused. */
export type RunStep = Step | { readonly do: 'give-up-running' } | { readonly do: 'give-up-waiting' };

/** What deliver does with an entry. */
export type DeliverStep = Step | { readonly do: 'post' } | { readonly do: 'revive' };

const ACKNOWLEDGE: Step = { do: 'acknowledge' };

/** Decides for run, after its conditional claim did not go through or its lease was lost. */
export function nextRunStep(
  entry: Entry,
  message: { readonly generation: number },
  { nowMs, maxRuns }: { nowMs: number; maxRuns: number },
): RunStep {
  const stale = staleStep(entry, message);
  if (stale !== undefined) return stale;
  switch (entry.state) {
    case 'accepted':
      if (entry.external_until_ms !== undefined) {
        if (entry.external_until_ms > nowMs) return { do: 'wait', untilMs: entry.external_until_ms };
        return { do: 'give-up-waiting' };
      }
      if (entry.not_before_ms > nowMs) return { do: 'wait', untilMs: entry.not_before_ms };
      return { do: 'put-back', waitMs: 0, why: 'the task became free while it was looked at' };
    case 'running': {
      const leaseLeftMs = (entry.lease_expires_at_ms ?? 0) - nowMs;
      if (leaseLeftMs > 0) return { do: 'put-back', waitMs: leaseLeftMs, why: 'another run holds the lease' };
      if (entry.runs >= maxRuns) return { do: 'give-up-running' };
      return { do: 'put-back', waitMs: 0, why: 'the lease lapsed while it was looked at' };
    }
    case 'delivering':
    case 'dead':
      return { do: 'forward', to: 'callbacks' };
    case 'delivered':
    case 'completed':
      return ACKNOWLEDGE;
    default:
      throw unknownState(entry, entry.state);
  }
}

/** Decides for deliver, before each attempt and again after a conditional write did not go through. */
export function nextDeliverStep(
  entry: Entry,
  message: { readonly generation: number },
  nowMs: number,
): DeliverStep {
  const stale = staleStep(entry, message);
  if (stale !== undefined) return stale;
  switch (entry.state) {
    case 'accepted':
    case 'running':
      return { do: 'forward', to: 'tasks' };
    case 'delivering': {
      const dueAtMs = entry.next_attempt_at_ms ?? 0;
      return dueAtMs > nowMs ? { do: 'wait', untilMs: dueAtMs } : { do: 'post' };
    }
    case 'delivered':
    case 'completed':
      return ACKNOWLEDGE;
    case 'dead':
      return { do: 'revive' };
    default:
      throw unknownState(entry, entry.state);
  }
}

/** A newer version wrote the entry. The message comes back, for that version to handle once it runs again. */
function unknownState({ task_id }: Entry, state: never): LoggableError {
  return new LoggableError(
    `task ${task_id} is in the state ${JSON.stringify(state)}, which this version does not know`,
  );
}

/**
 * A message of an older life is answered already. One of a newer life was sent before the ledger was written, and
 * counts once it is; where the task was settled instead, it never will.
 */
function staleStep(entry: Entry, message: { readonly generation: number }): Step | undefined {
  if (entry.state === 'delivered' || entry.state === 'completed') return ACKNOWLEDGE;
  if (message.generation < entry.generation) return ACKNOWLEDGE;
  if (message.generation > entry.generation) {
    return { do: 'put-back', why: 'the message is newer than the ledger' };
  }
  return undefined;
}
