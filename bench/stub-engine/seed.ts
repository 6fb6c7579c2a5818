import type { Item } from './units.ts';

/** Tasks whose callbacks are owed. They are numbered, and come into being when they are first asked for. */
export interface Seed {
  readonly tasks: number;
  readonly callbackUrl: string;
  /** The number of the first. @default - 0 */
  readonly from?: number;
  /** Name of the queue that gets a message for each of them. @default - none does */
  readonly queue?: string;
}

const OUTCOME_AT_MS = 1_764_000_005_000;
/** In the year 2100: a callback that is owed now is never too late. */
const NEVER_MS = 4_102_444_800_000;

/** The id of a seeded task, from 0. */
export function seededTaskId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** What the callbacks queue says of it. */
export function seededMessage(number: number): string {
  return `{"v":1,"task_id":"${seededTaskId(number)}","generation":0}`;
}

/** The number of a task that has such an id; undefined of any other. */
export function seededNumber(taskId: string): number | undefined {
  const [, digits] = /^00000000-0000-4000-8000-(\d{12})$/.exec(taskId) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** An entry as submit and run leave it to deliver: the sample task `sleep`, with its result inside. */
export function seededEntry(taskId: string, callbackUrl: string): Item {
  return {
    pk: { S: `task#${taskId}` },
    sk: { S: 'entry' },
    v: { N: '1' },
    task_id: { S: taskId },
    task_name: { S: 'sleep' },
    client: { S: 'arn:aws:iam::123456789012:user/alice' },
    state: { S: 'delivering' },
    generation: { N: '0' },
    request_hash: { S: 'Ixr4_OAFebmaL7hs53Q52kM_WkgtjxjRMl9qNKNdC8U' },
    callback_url: { S: callbackUrl },
    callback_format: { S: 'task' },
    input: { M: { json: { S: '{"seconds":4}' } } },
    accepted_at_ms: { N: '1764000000000' },
    not_before_ms: { N: '1764000000000' },
    runs: { N: '1' },
    outcome: {
      M: {
        status: { S: 'completed' },
        completed_at_ms: { N: String(OUTCOME_AT_MS) },
        result: { M: { json: { S: '{"slept_seconds":4}' } } },
      },
    },
    deliver_by_ms: { N: String(NEVER_MS) },
    attempt_count: { N: '0' },
    schedule_base: { N: '0' },
    expires_at: { N: String(NEVER_MS / 1_000) },
  };
}
