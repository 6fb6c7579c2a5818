import { callbackOrigin } from '../../lambda/callback/host.ts';
import { Problem } from '../../lambda/http/problem.ts';
import { isoTime } from '../../lambda/http/time.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { callbackStanding } from '../../lambda/task-status/view.ts';
import { taskId } from '../../ops/command-line.ts';
import { readEntries } from '../../ops/entries.ts';
import { printable } from '../../ops/terminal.ts';
import { timeLine } from '../../ops/time-line/time-line.ts';
import type { TaskDetail } from '../api-types.ts';
import type { Desk } from '../desk.ts';

/** One task with its story. */
export async function showTask(desk: Desk, given: string): Promise<TaskDetail> {
  const entry = await entryOf(desk, given);
  const { outcome } = entry;
  return {
    task_id: entry.task_id,
    task_name: entry.task_name,
    status: entry.state,
    client: entry.client,
    accepted_at: isoTime(entry.accepted_at_ms),
    ...(entry.state === 'accepted' &&
      entry.not_before_ms > entry.accepted_at_ms && { not_before: isoTime(entry.not_before_ms) }),
    ...(entry.external_until_ms !== undefined && { external_until: isoTime(entry.external_until_ms) }),
    runs: entry.runs,
    ...(outcome !== undefined && {
      outcome: {
        status: outcome.status,
        completed_at: isoTime(outcome.completed_at_ms),
        ...('error' in outcome && { error_type: outcome.error.type }),
      },
    }),
    ...callbackOf(entry),
    ...(outcome?.status === 'completed' && {
      result_url: `${desk.about.apiUrl}/api/tasks/${entry.task_id}/result`,
    }),
    story: timeLine(entry, desk.heard(entry.task_id), Date.now()),
  };
}

/**
 * @throws UsageError for what is no id
 * @throws Problem 404 where the ledger has no such task
 */
export async function entryOf(desk: Desk, given: string): Promise<Entry> {
  const id = taskId(given);
  const entry = (await readEntries(desk.pipeline(), [id])).get(id);
  if (entry !== undefined) return entry;
  throw new Problem({
    status: 404,
    title: 'Not Found',
    detail: `The ledger of ${desk.target.name} has no task ${id}: never accepted here, or settled and expired since.`,
  });
}

function callbackOf(entry: Entry): Pick<TaskDetail, 'callback'> {
  const { callback_url, callback_format, generation, attempt_count } = entry;
  if (callback_url === undefined) return {};
  const { last_answer, ...standing } = callbackStanding(entry);
  return {
    callback: {
      origin: callbackOrigin(callback_url),
      format: callback_format,
      generation,
      attempt_count,
      ...withoutUndefined(standing),
      ...(last_answer !== undefined && { last_answer: printable(last_answer) }),
    },
  };
}

function withoutUndefined<T extends object>(fields: T) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}
