import { callbackOrigin } from '../../lambda/callback/host.ts';
import { isoTime } from '../../lambda/http/time.ts';
import type { Brief } from '../../ops/entries.ts';
import type { TaskRow } from '../api-types.ts';

/** A task as lists show it: nothing of its content. */
export function taskRow(entry: Brief): TaskRow {
  const { callback_url, next_attempt_at_ms, dead_reason, outcome } = entry;
  return {
    task_id: entry.task_id,
    task_name: entry.task_name,
    status: entry.state,
    accepted_at: isoTime(entry.accepted_at_ms),
    runs: entry.runs,
    attempts: entry.attempt_count,
    ...(callback_url !== undefined && { callback_origin: callbackOrigin(callback_url) }),
    ...(next_attempt_at_ms !== undefined && { next_attempt_at: isoTime(next_attempt_at_ms) }),
    ...(dead_reason !== undefined && { dead_reason }),
    ...(outcome !== undefined && { outcome: outcome.status }),
    client: entry.client,
  };
}
