/** The story of one task as a time line, for an operator: everything but its content. Pure. */
import { callbackOrigin } from '../lambda/callback/host.ts';
import { isoTime } from '../lambda/http/time.ts';
import type { Attempt, Entry } from '../lambda/ledger/entry.ts';
import { answerText } from './story.ts';
import { counted, printable } from './terminal.ts';

/** One thing that happened, or is to come. */
export interface Moment {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'accepted' | 'wait' | 'run' | 'outcome' | 'attempt' | 'delivered' | 'dead' | 'next';
  /** A sentence without its time. */
  readonly text: string;
  readonly status_code?: number;
  readonly duration_ms?: number;
  /** Of the last answer that had any and was not 2xx: at the last attempt that was answered so. */
  readonly first_bytes?: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

/** What the ledger does not keep of a task, where its log is at hand. */
export interface HeardStep {
  readonly atMs: number;
  readonly step: string;
  readonly run?: number;
  readonly reason?: string;
  /** ISO 8601. */
  readonly nextRunAt?: string;
}

/**
 * Oldest first; what is yet to come last.
 *
 * @param heard of the task's log; empty where nobody listened, and then the ledger's count of runs is all there is
 */
export function timeLine(entry: Entry, heard: readonly HeardStep[], nowMs: number): Moment[] {
  const happened = [
    acceptedMoment(entry),
    ...heard.flatMap(heardMoment),
    ...runsMoment(entry, heard),
    ...outcomeMoment(entry),
    ...redrivenMoment(entry, heard),
    ...attemptMoments(entry),
    ...endMoment(entry),
  ];
  const inOrder = happened
    .map((moment, index) => ({ moment, index }))
    .sort((a, b) => a.moment.at.localeCompare(b.moment.at) || a.index - b.index)
    .map(({ moment }) => moment);
  return [...inOrder, ...nextMoments(entry, nowMs)];
}

function acceptedMoment(entry: Entry): Moment {
  const { accepted_at_ms, not_before_ms, external_until_ms, client } = entry;
  const waits =
    external_until_ms !== undefined
      ? `; its outcome comes from elsewhere, until ${isoTime(external_until_ms)} at the latest`
      : not_before_ms > accepted_at_ms && entry.runs === 0
        ? `, to be run at ${isoTime(not_before_ms)}`
        : '';
  return plain(accepted_at_ms, 'accepted', `Accepted from ${printable(client)}${waits}`);
}

function heardMoment({ atMs, step, run, reason, nextRunAt }: HeardStep): Moment[] {
  switch (step) {
    case 'running':
      return [plain(atMs, 'run', `Run ${run ?? ''} began`.replace('  ', ' '))];
    case 'run-retry':
      return [
        { ...plain(atMs, 'run', `Run ${run ?? ''} asked for another run, at ${nextRunAt}`), tone: 'bad' },
      ];
    case 'held-back':
      return [plain(atMs, 'wait', 'Held back: the host hangs, so no attempt was made')];
    case 'waiting':
      return [plain(atMs, 'wait', `Its message was put back: ${printable(reason ?? '')}`)];
    case 'revived':
      return [
        plain(
          atMs,
          'wait',
          'Redriven, after it had been given up: its callback is owed again, on a new schedule',
        ),
      ];
    case 'replayed':
      return [plain(atMs, 'wait', 'Replayed: its callback is owed once more')];
    default:
      return [];
  }
}

/** Where no run was heard: how many there were. */
function runsMoment({ runs, outcome, accepted_at_ms }: Entry, heard: readonly HeardStep[]): Moment[] {
  if (runs === 0 || outcome === undefined || heard.some(({ step }) => step === 'running')) return [];
  return [plain(Math.max(accepted_at_ms, outcome.completed_at_ms), 'run', `Ran, in ${counted(runs, 'run')}`)];
}

function outcomeMoment({ outcome, accepted_at_ms }: Entry): Moment[] {
  if (outcome === undefined) return [];
  const { status, completed_at_ms } = outcome;
  const error = 'error' in outcome ? ` (${printable(outcome.error.type)})` : '';
  const text = `Its outcome was stored: ${status}${error}`;
  return [
    {
      ...plain(completed_at_ms, 'outcome', text),
      duration_ms: Math.max(0, completed_at_ms - accepted_at_ms),
      tone: status === 'completed' ? 'good' : 'bad',
    },
  ];
}

/**
 * Of a callback in a later life, whose entry does not tell any more that it was given up before. It was, unless the last
 * attempt of the life before was a success: then it was replayed after its delivery. When it was redriven is not kept:
 * told is when the new life's first attempt was, or else what is last known of the life before.
 */
function redrivenMoment(entry: Entry, heard: readonly HeardStep[]): Moment[] {
  const { state, generation, schedule_base, attempts, outcome, accepted_at_ms } = entry;
  // The end of the present life counts one, too.
  const livesBefore = state === 'dead' ? generation - 1 : generation;
  if (livesBefore < 1 || heard.some(({ step }) => step === 'revived' || step === 'replayed')) return [];
  const lastBefore = attempts.find(({ attempt }) => attempt === schedule_base);
  // So long ago that it is not kept how it ended.
  if (lastBefore === undefined && schedule_base > 0) return [];
  const { status_code } = lastBefore ?? {};
  if (status_code !== undefined && isSuccess(status_code)) return [];
  const first = attempts.find(({ attempt }) => attempt === schedule_base + 1);
  const endedMs =
    lastBefore === undefined
      ? (outcome?.completed_at_ms ?? accepted_at_ms)
      : lastBefore.at_ms + lastBefore.duration_ms;
  return [plain(first?.at_ms ?? endedMs, 'wait', 'Redriven, after it had been given up')];
}

function attemptMoments(entry: Entry): Moment[] {
  const { attempts, attempt_count, last_answer } = entry;
  const unkept = attempt_count - attempts.length;
  const [first] = attempts;
  const lastRefused = attempts.findLastIndex(
    ({ status_code }) => status_code !== undefined && !isSuccess(status_code),
  );
  return [
    ...(first !== undefined && unkept > 0
      ? [plain(first.at_ms, 'attempt', `${counted(unkept, 'attempt')} before these are not kept`)]
      : []),
    ...attempts.map((attempt, index) =>
      attemptMoment(entry, attempt, index === lastRefused ? last_answer : undefined),
    ),
  ];
}

function attemptMoment({ callback_url = '' }: Entry, attempt: Attempt, answer: string | undefined): Moment {
  const { at_ms, duration_ms, status_code } = attempt;
  const delivered = status_code !== undefined && isSuccess(status_code);
  return {
    at: isoTime(at_ms),
    kind: 'attempt',
    text: `Attempt ${attempt.attempt} at ${callbackOrigin(callback_url)}: ${answerText(attempt)}`,
    ...(status_code !== undefined && { status_code }),
    duration_ms,
    ...(answer !== undefined && answer !== '' && { first_bytes: printable(answer) }),
    tone: delivered ? 'good' : 'bad',
  };
}

function endMoment({ state, delivered_at_ms, dead_at_ms, dead_reason }: Entry): Moment[] {
  if (state === 'delivered' && delivered_at_ms !== undefined) {
    return [{ ...plain(delivered_at_ms, 'delivered', 'Delivered'), tone: 'good' }];
  }
  if (state !== 'dead' || dead_at_ms === undefined) return [];
  const why = dead_reason === undefined ? '' : ` (${dead_reason})`;
  const text = `Given up${why}: it is in the dead-letter queue, and can be redriven or replayed`;
  return [{ ...plain(dead_at_ms, 'dead', text), tone: 'bad' }];
}

function nextMoments(entry: Entry, nowMs: number): Moment[] {
  const { state, next_attempt_at_ms, deliver_by_ms, not_before_ms, external_until_ms, lease_expires_at_ms } =
    entry;
  const next = (ms: number | undefined, text: string) =>
    ms === undefined || ms < nowMs ? [] : [plain(ms, 'next', text)];
  switch (state) {
    case 'accepted':
      return external_until_ms === undefined
        ? next(not_before_ms, 'It is run')
        : next(external_until_ms, 'Its outcome becomes timeout, unless it is told before');
    case 'running':
      return next(lease_expires_at_ms, 'Its lease lapses, unless the run ends before');
    case 'delivering':
      return [
        ...next(next_attempt_at_ms, `Attempt ${entry.attempt_count + 1}`),
        ...next(deliver_by_ms, 'Its callback is given up after an attempt that fails then'),
      ];
    default:
      return [];
  }
}

function isSuccess(statusCode: number): boolean {
  return statusCode >= 200 && statusCode < 300;
}

function plain(atMs: number, kind: Moment['kind'], text: string): Moment {
  return { at: isoTime(atMs), kind, text, tone: 'plain' };
}
