import { randomUUID } from 'node:crypto';
import type { Entry } from '../../lambda/ledger/entry.ts';

/** 2025-11-24T16:00:00.000Z: when the tasks of these tests are accepted. */
const ACCEPTED_AT_MS = 1_764_000_000_000;

export const ALICE = 'arn:aws:iam::123456789012:user/alice';

/** A task with a callback, just accepted, under an id of its own. */
export function acceptedTask(differences: Partial<Entry> = {}): Entry {
  return {
    v: 1,
    task_id: randomUUID(),
    task_name: 'sleep',
    client: ALICE,
    state: 'accepted',
    generation: 0,
    request_hash: 'Ixr4_OAFebmaL7hs53Q52kM_WkgtjxjRMl9qNKNdC8U',
    callback_url: 'https://receiver.example/hook?key=1',
    callback_format: 'task',
    accepted_at_ms: ACCEPTED_AT_MS,
    not_before_ms: ACCEPTED_AT_MS,
    runs: 0,
    attempt_count: 0,
    schedule_base: 0,
    attempts: [],
    expires_at: 1_768_060_800,
    ...differences,
  };
}

/** A task whose work took 4 s and whose callback is owed until 2025-11-27T16:00:05.000Z. */
export function deliveringTask(differences: Partial<Entry> = {}): Entry {
  return acceptedTask({
    state: 'delivering',
    runs: 1,
    outcome: {
      status: 'completed',
      completed_at_ms: 1_764_000_005_000,
      result: { json: '{"slept_seconds":4}' },
    },
    deliver_by_ms: 1_764_259_205_000,
    ...differences,
  });
}
