import { Problem } from '../http/problem.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { placeInput } from '../ledger/payload.ts';
import { expiresAtSeconds, type RetentionSettings } from '../ledger/retention.ts';
import type { Queue } from '../queue/queue.ts';
import { requestHash, taskIdOf } from './idempotency.ts';
import { MAX_REQUEST_BYTES, type SubmitRequest } from './request.ts';

export interface SubmitPorts {
  readonly ledger: Ledger;
  readonly tasks: Queue;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A random UUID. */
  readonly newTaskId: () => string;
  /** Tells a step of a task. */
  readonly tell: (step: string, entry: Entry, fields?: object) => void;
}

/** The answer's body: the same for every retry of the same request. */
export interface Accepted {
  readonly status: 'accepted';
  readonly task_id: string;
  /** Whether a callback is owed. */
  readonly callback_pending: boolean;
}

/**
 * Records the task and sends its message. It is accepted when this resolves, and not before: the ledger has it
 * *and* the queue has it.
 *
 * @throws Problem 413 where the input is too large to be stored, 422 where the key was used for another request
 */
export async function submitTask(
  client: string,
  request: SubmitRequest,
  idempotencyKey: string | undefined,
  ports: SubmitPorts,
  retention: RetentionSettings,
): Promise<Accepted> {
  const { ledger, tasks, tell } = ports;
  const task_id = idempotencyKey === undefined ? ports.newTaskId() : taskIdOf(client, idempotencyKey);
  const input = request.input === undefined ? undefined : placeInput(storableJson(request.input));
  const entry = newEntry(task_id, client, request, ports.now(), retention);
  const existing = await ledger.create(
    input === undefined ? entry : { ...entry, input: input.payload },
    input?.stored,
  );
  if (existing !== undefined && existing.request_hash !== entry.request_hash) throw reusedKey(existing);

  // A retry that finds its task not begun sends again: the first request may have died before it could.
  if (existing === undefined || existing.state === 'accepted') {
    await tasks.send({ message: { task_id, generation: entry.generation }, group: client });
    tell(existing === undefined ? 'accepted' : 'accepted-again', entry);
  }
  return { status: 'accepted', task_id, callback_pending: entry.callback_url !== undefined };
}

/** The input as it is stored. A small body can hold a large one: `1e20` is written with all its digits. */
function storableJson(input: unknown): string {
  const json = JSON.stringify(input);
  const bytes = Buffer.byteLength(json);
  if (bytes <= MAX_REQUEST_BYTES) return json;
  throw new Problem({
    status: 413,
    title: 'Content Too Large',
    detail: `The input has ${bytes} bytes as it is stored; at most ${MAX_REQUEST_BYTES} are taken. Store large input elsewhere and send where it is.`,
  });
}

function newEntry(
  task_id: string,
  client: string,
  request: SubmitRequest,
  nowMs: number,
  retention: RetentionSettings,
): Entry {
  const { taskName, callbackUrl, callbackFormat } = request;
  return {
    v: 1,
    task_id,
    task_name: taskName,
    client,
    state: 'accepted',
    generation: 0,
    request_hash: requestHash(request),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
    callback_format: callbackFormat,
    accepted_at_ms: nowMs,
    not_before_ms: nowMs,
    runs: 0,
    attempt_count: 0,
    schedule_base: 0,
    attempts: [],
    expires_at: expiresAtSeconds(nowMs, retention),
  };
}

function reusedKey({ task_id }: Entry): Problem {
  return new Problem({
    status: 422,
    title: 'Unprocessable Content',
    detail: `This Idempotency-Key was used for another request, which is task ${task_id}. Use a new key for a new task.`,
  });
}
