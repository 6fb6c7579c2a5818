import { QUEUE_OF_STATE } from '../contract/states.ts';
import { isoTime } from '../http/time.ts';
import type { Attempt, Entry } from '../ledger/entry.ts';

/** A task as its client sees it. */
export function taskView(entry: Entry): object {
  const { outcome } = entry;
  return {
    task_id: entry.task_id,
    task_name: entry.task_name,
    status: entry.state,
    callback_pending: entry.callback_url !== undefined && QUEUE_OF_STATE[entry.state] !== null,
    accepted_at: isoTime(entry.accepted_at_ms),
    runs: entry.runs,
    ...(outcome !== undefined && {
      outcome: {
        status: outcome.status,
        completed_at: isoTime(outcome.completed_at_ms),
        ...(outcome.status === 'completed'
          ? { result_url: `/api/tasks/${entry.task_id}/result` }
          : { error: outcome.error }),
      },
    }),
    ...(entry.callback_url !== undefined && { callback: callbackView(entry, entry.callback_url) }),
  };
}

function callbackView(entry: Entry, url: string): object {
  return {
    url,
    format: entry.callback_format,
    attempt_count: entry.attempt_count,
    attempts: entry.attempts.map(attemptView),
    ...callbackStanding(entry),
  };
}

/** What is still to come of a callback, or what has become of it. */
export function callbackStanding(entry: Entry) {
  return {
    next_attempt_at: isoTime(entry.next_attempt_at_ms),
    deliver_by: isoTime(entry.deliver_by_ms),
    delivered_at: isoTime(entry.delivered_at_ms),
    dead_at: isoTime(entry.dead_at_ms),
    dead_reason: entry.dead_reason,
    last_answer: entry.last_answer,
  };
}

function attemptView({ attempt, at_ms, duration_ms, status_code, error_class }: Attempt): object {
  return { attempt, at: isoTime(at_ms), duration_ms, status_code, error: error_class };
}
