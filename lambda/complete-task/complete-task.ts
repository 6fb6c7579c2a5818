import { createHash } from 'node:crypto';
import { MAX_PAYLOAD_BYTES } from '../contract/limits.ts';
import { Problem } from '../http/problem.ts';
import { storableJson } from '../http/storable-json.ts';
import { OFFERS } from '../ledger/conditions.ts';
import type { Entry, Outcome } from '../ledger/entry.ts';
import { placeResult } from '../ledger/payload.ts';
import { callbackLife } from '../ledger/retention.ts';
import type { Completion } from './request.ts';
import { oweCallback, type TransitionPorts, type TransitionSettings } from './transition.ts';

/** The answer to a completion, a cancellation or a replay. */
export interface Settled {
  readonly status: string;
  readonly task_id: string;
  /** Whether a callback goes out. */
  readonly callback_pending: boolean;
}

/**
 * Settles a task whose work was done elsewhere. The same completion can be told again, as a client does that got
 * no answer.
 *
 * @throws Problem 409 where the task is not external, or another outcome is stored; 413 where the result is too large
 */
export async function completeTask(
  entry: Entry,
  completion: Completion,
  ports: TransitionPorts,
  settings: TransitionSettings,
): Promise<Settled> {
  const { ledger, now, tell } = ports;
  const { task_id, external_until_ms } = entry;
  if (external_until_ms === undefined) {
    throw conflict(
      `Task ${task_id} is run here; only tasks that are defined as external are completed by request.`,
    );
  }
  const completionHash = hashOf(completion);
  const answer = { status: completion.status, task_id, callback_pending: entry.callback_url !== undefined };
  if (entry.completion_hash === completionHash) return answer;
  // Not left to the write's condition: the timer that is put before it would bring a dead callback back to life.
  if (entry.state !== 'accepted') throw settledAlready(entry);

  const json =
    completion.status === 'completed'
      ? storableJson('result', completion.result ?? null, MAX_PAYLOAD_BYTES)
      : undefined;
  // Named by its content: two different completions at once may not overwrite each other's result.
  const result = json === undefined ? undefined : placeResult(json, entry.input, completionHash);
  const completed_at_ms = now();
  const outcome: Outcome =
    completion.status === 'completed'
      ? { status: 'completed', completed_at_ms, result: result?.payload ?? { json: 'null' } }
      : { status: 'failed', completed_at_ms, error: completion.error };

  const stored = await oweCallback(entry, entry.generation, ports, () =>
    ledger.completeElsewhere(entry, {
      outcome,
      result: result?.stored,
      ...(entry.callback_url !== undefined && callbackLife(now(), settings)),
      completionHash,
    }),
  );
  if (stored) {
    tell(outcome.status, entry);
    return answer;
  }
  // Another request has stored the same completion meanwhile, and sends its callback.
  const current = await ledger.read(task_id);
  if (current?.completion_hash === completionHash) return answer;
  throw current?.state === 'accepted' ? tooManyOffers(current) : settledAlready(current ?? entry);
}

/** Whoever told them died before the outcome was stored, or is storing it at this moment. */
function tooManyOffers({ task_id }: Entry): Problem {
  return conflict(
    `Task ${task_id} has been told ${OFFERS.length} other results, none of which is its outcome yet. Send one of those again, or a result of up to 512 bytes.`,
  );
}

function settledAlready({ task_id, outcome }: Entry): Problem {
  return conflict(
    `Task ${task_id} is settled already, with outcome "${outcome?.status ?? 'unknown'}". GET /api/tasks/${task_id} tells more.`,
  );
}

export function conflict(detail: string): Problem {
  return new Problem({ status: 409, title: 'Conflict', detail });
}

function hashOf(completion: Completion): string {
  return createHash('sha256').update(JSON.stringify(completion)).digest('base64url');
}
