/** The story of one task, for an operator: everything but its content. */

import { callbackOrigin } from '../lambda/callback/host.ts';
import { isoTime } from '../lambda/http/time.ts';
import type { Attempt, Entry } from '../lambda/ledger/entry.ts';
import { callbackStanding } from '../lambda/task-status/view.ts';
import { table } from './table.ts';
import { printable } from './terminal.ts';

/** Lines of text; of the callback's URL the origin, of an outcome its kind. */
export function storyText(entry: Entry): string {
  const { outcome, callback_url, last_answer } = entry;
  const owed = callback_url !== undefined;
  const facts = factLines([
    ['task', entry.task_id],
    ['name', entry.task_name],
    ['client', entry.client],
    ['state', stateText(entry)],
    ['accepted', isoTime(entry.accepted_at_ms)],
    ['not before', entry.not_before_ms > entry.accepted_at_ms ? isoTime(entry.not_before_ms) : undefined],
    ['awaited until', isoTime(entry.external_until_ms)],
    ['runs', String(entry.runs)],
    ['lease until', isoTime(entry.lease_expires_at_ms)],
    ['outcome', outcome && `${outcome.status} at ${isoTime(outcome.completed_at_ms)}${errorType(entry)}`],
    ['callback', owed ? `${callbackOrigin(callback_url)}, format ${entry.callback_format}` : 'none is owed'],
    ['generation', owed ? String(entry.generation) : undefined],
    ['attempts', owed ? String(entry.attempt_count) : undefined],
    ['next attempt', isoTime(entry.next_attempt_at_ms)],
    ['deadline', isoTime(entry.deliver_by_ms)],
    ['last answer', last_answer === undefined ? undefined : JSON.stringify(printable(last_answer))],
  ]);
  return entry.attempts.length === 0 ? facts : `${facts}\n\n${attemptTable(entry.attempts)}`;
}

/** The same as JSON is written. */
export function storyJson(entry: Entry): object {
  const { outcome, callback_url } = entry;
  return {
    task_id: entry.task_id,
    task_name: entry.task_name,
    client: entry.client,
    state: entry.state,
    accepted_at: isoTime(entry.accepted_at_ms),
    not_before: isoTime(entry.not_before_ms),
    external_until: isoTime(entry.external_until_ms),
    runs: entry.runs,
    lease_until: isoTime(entry.lease_expires_at_ms),
    ...(outcome !== undefined && {
      outcome: {
        status: outcome.status,
        completed_at: isoTime(outcome.completed_at_ms),
        ...('error' in outcome && { error_type: outcome.error.type }),
      },
    }),
    ...(callback_url !== undefined && {
      callback: {
        origin: callbackOrigin(callback_url),
        format: entry.callback_format,
        generation: entry.generation,
        attempt_count: entry.attempt_count,
        attempts: entry.attempts.map(({ at_ms, ...attempt }) => ({ at: isoTime(at_ms), ...attempt })),
        ...callbackStanding(entry),
      },
    }),
  };
}

/** `name  value` below each other; what has no value is left out. */
export function factLines(facts: readonly (readonly [string, string | undefined])[]): string {
  return facts
    .filter((fact): fact is readonly [string, string] => fact[1] !== undefined)
    .map(([name, value]) => `${name.padEnd(15)}${printable(value)}`)
    .join('\n');
}

function stateText({ state, dead_at_ms, dead_reason, delivered_at_ms }: Entry): string {
  const since = isoTime(dead_at_ms ?? delivered_at_ms);
  return `${state}${since === undefined ? '' : ` since ${since}`}${dead_reason === undefined ? '' : ` (${dead_reason})`}`;
}

function errorType({ outcome }: Entry): string {
  return outcome !== undefined && 'error' in outcome ? ` (${outcome.error.type})` : '';
}

function attemptTable(attempts: readonly Attempt[]): string {
  return table(
    [
      { heading: 'ATTEMPT', align: 'right' },
      { heading: 'AT' },
      { heading: 'CAME TO' },
      { heading: 'TOOK', align: 'right' },
    ],
    attempts.map((attempt) => [
      String(attempt.attempt),
      isoTime(attempt.at_ms),
      answerText(attempt),
      `${attempt.duration_ms} ms`,
    ]),
  );
}

/** What an attempt came to: `HTTP 503`, `connect-timeout`. */
export function answerText({
  status_code,
  error_class,
}: Pick<Attempt, 'status_code' | 'error_class'>): string {
  return status_code === undefined ? (error_class ?? '-') : `HTTP ${status_code}`;
}
