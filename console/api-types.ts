/**
 * What the console's page and its server say to each other, as JSON. Times are ISO 8601 unless the name has a unit.
 * An error is `application/problem+json`: {@link ProblemJson}.
 */
import type { AuthKind } from '../lambda/contract/auth.ts';
import type { CallbackFormat } from '../lambda/contract/formats.ts';
import type { DeadReason, OutcomeStatus, State } from '../lambda/contract/states.ts';
import type { LETTER_REASONS } from '../ops/dlq/letter.ts';

export interface ProblemJson {
  readonly title: string;
  readonly status: number;
  /** What was wrong, and what to do. */
  readonly detail: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

/** `GET /console/api/about` */
export interface About {
  /** For people: `the pipeline Shop/Callbacks of the local stack in .local`, `the pipeline Shop/Callbacks`. */
  readonly name: string;
  readonly isLocal: boolean;
  /** Base URL of the HTTP API, without a trailing slash. */
  readonly apiUrl: string;
  /** How the API's clients are authenticated. */
  readonly auth: 'none' | AuthKind;
  readonly version: string;
  /** The registered tasks, each with an input that it takes. */
  readonly samples: readonly TaskSample[];
  /** The first is the deployment's own where that is known. */
  readonly callbackFormats: readonly CallbackFormat[];
  /** Whether there are inboxes below `/inbox`. */
  readonly inbox: boolean;
}

export interface TaskSample {
  readonly task_name: string;
  readonly input: object;
  /** Whether its work is done elsewhere. */
  readonly external: boolean;
  /** What the task does, in a sentence. */
  readonly note: string;
}

/** `GET /console/api/overview` */
export interface Overview {
  readonly at: string;
  /** How many tasks are in each state; null where counting them would read the whole table. */
  readonly stages: Readonly<Record<State, number | null>>;
  readonly queues: Readonly<Record<'tasks' | 'callbacks' | 'dead_letters', QueueDepth>>;
  /** Tasks that wait for a person: dead, and stuck where that is known. */
  readonly attention: number;
  /** Waits that are parked in the ledger. */
  readonly timers: number | null;
}

/** Approximate, as SQS counts. */
export interface QueueDepth {
  readonly visible: number;
  readonly in_flight: number;
  readonly delayed: number;
  /** Null where it is not known, or the queue is empty. */
  readonly oldest_age_seconds: number | null;
}

/** `GET /console/api/charts` */
export interface Charts {
  readonly window_seconds: number;
  readonly step_seconds: number;
  readonly series: readonly ChartSeries[];
}

export interface ChartSeries {
  readonly name:
    | 'accepted'
    | 'delivered'
    | 'failed attempts'
    | 'callback latency p50'
    | 'callback latency p95'
    | 'dead letters';
  readonly unit: 'per minute' | 'ms' | 'count';
  /** Beginning of the step in epoch milliseconds, and what was seen in it; null: nothing to tell. Oldest first. */
  readonly points: readonly (readonly [ms: number, value: number | null])[];
}

/** `GET /console/api/tasks?status=&task=&host=&client=&since=&limit=&cursor=`; `since` is a time or an age as `2h` */
export interface TaskList {
  /** The latest accepted first, within what was looked at. */
  readonly tasks: readonly TaskRow[];
  /** Where to go on looking; absent at the end. */
  readonly cursor?: string;
  /** Entries that were looked at. */
  readonly scanned: number;
}

export interface TaskRow {
  readonly task_id: string;
  readonly task_name: string;
  readonly status: State;
  readonly accepted_at: string;
  readonly runs: number;
  /** Of the callback. */
  readonly attempts: number;
  /** Scheme, host and port; absent where no callback is owed. */
  readonly callback_origin?: string;
  readonly next_attempt_at?: string;
  readonly dead_reason?: DeadReason;
  readonly outcome?: OutcomeStatus;
  readonly client: string;
}

/** `GET /console/api/attention` */
export interface Attention {
  readonly tasks: readonly AttentionRow[];
  /** Whether there are more than these. */
  readonly more: boolean;
}

export interface AttentionRow extends TaskRow {
  /** Why it waits for a person, in words. */
  readonly why: string;
}

/** `GET /console/api/tasks/{id}`: the task as `GET /api/tasks/{id}` shows it, of its callback's URL the origin. */
export interface TaskDetail {
  readonly task_id: string;
  readonly task_name: string;
  readonly status: State;
  readonly client: string;
  readonly accepted_at: string;
  readonly not_before?: string;
  /** Until when an outcome from elsewhere is waited for. */
  readonly external_until?: string;
  readonly runs: number;
  readonly outcome?: {
    readonly status: OutcomeStatus;
    readonly completed_at: string;
    readonly error_type?: string;
  };
  readonly callback?: {
    readonly origin: string;
    readonly format: CallbackFormat;
    /** Counts the lives of the callback; what is replayed or redriven has a later one. */
    readonly generation: number;
    readonly attempt_count: number;
    readonly next_attempt_at?: string;
    readonly deliver_by?: string;
    readonly delivered_at?: string;
    readonly dead_at?: string;
    readonly dead_reason?: DeadReason;
    /** First bytes of the last answer that had any and was not 2xx. */
    readonly last_answer?: string;
  };
  /** Of the HTTP API; absent where there is no result. Its client alone may read it. */
  readonly result_url?: string;
  /** Oldest first; what is yet to come last. */
  readonly story: readonly StoryLine[];
}

export interface StoryLine {
  readonly at: string;
  readonly kind: StoryKind;
  /** A sentence without its times. */
  readonly text: string;
  /** When that is over which the sentence tells of. */
  readonly until?: string;
  readonly status_code?: number;
  readonly duration_ms?: number;
  /** Of the last answer that had any and was not 2xx: at the last attempt that was answered so. */
  readonly first_bytes?: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

export type StoryKind =
  | 'accepted'
  /** Waits until then before it is run, for its outcome from elsewhere, or for its next attempt. */
  | 'wait'
  | 'run'
  | 'outcome'
  | 'attempt'
  | 'delivered'
  | 'dead'
  /** Yet to come. */
  | 'next';

/** `GET /console/api/dlq?host=&reason=&task=&older_than=&limit=`; `older_than` is an age as `15m` */
export interface LetterList {
  readonly letters: readonly LetterRow[];
  /** Whether there are more than these. */
  readonly more: boolean;
}

export type LetterReason = (typeof LETTER_REASONS)[number];

export interface LetterRow {
  /** Empty where the letter cannot be read. */
  readonly task_id: string;
  readonly task_name: string;
  readonly host: string;
  readonly reason: string;
  readonly attempts: number;
  readonly died_at: string;
  /** No task of ours is dead because of it: a redrive removes it or leaves it, and sends nothing. */
  readonly silent: boolean;
}

/** `POST /console/api/dlq/redrive` */
export interface RedriveRequest {
  readonly filters: {
    readonly host?: string;
    readonly reason?: string;
    readonly task?: string;
    /** An age as `15m`. */
    readonly older_than?: string;
  };
  /** Letters at most. Default: all. */
  readonly limit?: number;
  /** Letters a second at most, 1 to 1,000. Default: 100. */
  readonly rate?: number;
  /** Counts and sends nothing. */
  readonly dry_run: boolean;
}

/** A line of the answer, which is `application/x-ndjson`. */
export interface RedriveProgress {
  /** Letters looked at. */
  readonly done: number;
  /** Letters that there are, about. */
  readonly total?: number;
  /** Sent again; with `dry_run` those that would be. */
  readonly redriven: number;
  /** Chosen by the filters and not sent: settled since, unknown, or died once more meanwhile. */
  readonly skipped: number;
  /** Not taken by their queue; they are left in the DLQ. */
  readonly failed: number;
}

/** The last line. */
export interface RedriveEnd extends RedriveProgress {
  readonly finished: true;
  /** Largest first. */
  readonly tally: readonly {
    readonly host: string | null;
    readonly task_name: string | null;
    readonly reason: string | null;
    readonly count: number;
  }[];
  /** Why it ended before its time, and what to do. */
  readonly problem?: string;
}

/** `POST /console/api/tasks/{id}/replay` → 202 */
export interface Replayed {
  readonly task_id: string;
  /** Of the callback's new life. */
  readonly generation: number;
}

/** `POST /console/api/submit` */
export interface SubmitRequest {
  /** As `POST /api/tasks` takes it. */
  readonly body: unknown;
  readonly idempotency_key?: string | undefined;
}

/** What `POST /api/tasks` answered, whatever its status. */
export interface SubmitAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** `GET /inbox`; the local stack only. */
export interface InboxSummary {
  readonly name: string;
  readonly count: number;
  /** Null where callbacks are scripted and none came yet. */
  readonly last_at: string | null;
  /** How many of them are verified. */
  readonly verified: number;
  /** Scripted answers that are yet to be given. */
  readonly pending_responses: number;
}

/** One of `GET /inbox/{name}`, oldest first. */
export interface InboxCallback {
  readonly received_at: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed if it is JSON, else the text. */
  readonly body: unknown;
  /** Whether Standard Webhooks' signature is one that a secret of the task's client makes, and fresh. */
  readonly verified: boolean;
  /** Absent in callbacks that an older version has taken. */
  readonly checks?: readonly SignatureCheck[];
  /** The status it was answered with, `hang` where it never was. Absent in callbacks that an older version has taken. */
  readonly answered?: number | 'hang';
}

export interface SignatureCheck {
  readonly name: 'standard webhooks' | 'beam x-task-signature' | 'timestamp fresh';
  readonly ok: boolean;
  /** Why not, and what that may come from. */
  readonly why?: string;
}

/** One of `PUT /inbox/{name}/responses`. */
export type ScriptedAnswer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly delay_ms?: number;
      readonly body?: string;
    }
  /** Never answers: the other side gives up. */
  | { readonly hang: true };
