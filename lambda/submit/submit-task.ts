import { MAX_MESSAGE_DELAY_SECONDS, MAX_PAYLOAD_BYTES } from '../contract/limits.ts';
import { Problem } from '../http/problem.ts';
import { storableJson } from '../http/storable-json.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { placeInput, type StoredPayload } from '../ledger/payload.ts';
import { expiresAtSeconds, type RetentionSettings } from '../ledger/retention.ts';
import type { Envelope, Queue } from '../queue/queue.ts';
import { requestHash, taskIdOf } from './idempotency.ts';
import type { SubmitRequest } from './request.ts';

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

export interface SubmitSettings extends RetentionSettings {
  /** How long work that is done elsewhere is waited for, in milliseconds; undefined where a task is run here. */
  readonly externalTimeoutMs: (taskName: string) => number | undefined;
}

/**
 * Records the task and its input, and sends its message. It is accepted when this resolves, and not before: the ledger has it
 * *and* the queue has it, or a timer in the ledger does. If it fails, its entry is marked, so that nobody runs the task
 * unless its client sends it again. If only the reply of the queue was lost, the message is there, and the task runs.
 *
 * @throws Problem 413 where the input is too large to be stored, 422 where the key was used for another request
 */
export async function submitTask(
  client: string,
  request: SubmitRequest,
  idempotencyKey: string | undefined,
  ports: SubmitPorts,
  settings: SubmitSettings,
): Promise<Accepted> {
  const taskId = idempotencyKey === undefined ? ports.newTaskId() : taskIdOf(client, idempotencyKey);
  const task = newTask(taskId, client, request, ports.now(), settings);
  try {
    await recordAndSend(task, ports);
  } catch (error) {
    if (!(error instanceof Problem)) await recordUnsent(task.entry, ports.ledger);
    throw error;
  }
  return acceptedAnswer(task.entry);
}

/** Marks the entry of a task that is refused. The answer does not depend on it: the ledger may be what is out of reach. */
export async function recordUnsent(entry: Entry, ledger: Ledger): Promise<void> {
  await ledger.recordUnsent(entry).catch(() => false);
}

async function recordAndSend({ entry, input }: NewTask, ports: SubmitPorts): Promise<void> {
  const { ledger, tasks, now, tell } = ports;
  // The entry comes first: whose key was used for another request has stored nothing by it, however often it asks.
  const existing = await ledger.create(entry);
  if (existing !== undefined && existing.request_hash !== entry.request_hash) throw reusedKey(existing);

  // The first request may have died before it stored the input; then this one does, under the entry's name for it.
  const ref = refOf(existing ?? entry);
  if (input !== undefined && ref !== undefined && !isSettled(existing)) {
    await ledger.storePayload(existing ?? entry, { ref, json: input.json });
  }
  // A retry that finds its task not begun sends again: the first request may have died before it could.
  if (existing === undefined || existing.state === 'accepted') {
    const way = wayTo(existing ?? entry, now());
    if (way.by === 'queue') await tasks.send(envelopeOf(entry, way.delaySeconds));
    else await putTimer(existing ?? entry, ledger);
    // Whoever made the entry may be failing at this moment.
    if (existing !== undefined) await ledger.recordSent(existing);
    tell(existing === undefined ? 'accepted' : 'accepted-again', entry);
  }
}

function refOf({ input }: Entry): string | undefined {
  return input !== undefined && 'ref' in input ? input.ref : undefined;
}

/** Nobody reads the input of a task any more whose outcome is stored. */
function isSettled(existing: Entry | undefined): boolean {
  return existing?.outcome !== undefined;
}

/** How a waiting task comes to its run, or to the end of its time where its work is done elsewhere. */
export type Way = { readonly by: 'queue'; readonly delaySeconds: number } | { readonly by: 'timer' };

export function wayTo({ not_before_ms, external_until_ms }: Entry, nowMs: number): Way {
  const delaySeconds = Math.max(0, Math.ceil((not_before_ms - nowMs) / 1000));
  const onlyWaitedFor = external_until_ms !== undefined;
  return onlyWaitedFor || delaySeconds > MAX_MESSAGE_DELAY_SECONDS
    ? { by: 'timer' }
    : { by: 'queue', delaySeconds };
}

export async function putTimer(
  { task_id, generation, client, not_before_ms, external_until_ms }: Entry,
  ledger: Ledger,
): Promise<void> {
  const at_ms = external_until_ms ?? not_before_ms;
  await ledger.putTimer({ at_ms, queue: 'tasks', task_id, generation, group: client });
}

export function envelopeOf({ task_id, generation, client }: Entry, delaySeconds: number): Envelope {
  return { message: { task_id, generation }, delaySeconds, group: client };
}

export function acceptedAnswer({ task_id, callback_url }: Entry): Accepted {
  return { status: 'accepted', task_id, callback_pending: callback_url !== undefined };
}

export interface NewTask {
  readonly entry: Entry;
  /** The input, if it lies beside the entry. */
  readonly input?: StoredPayload;
}

/**
 * The entry of a new task, and its input where that lies beside it.
 *
 * @throws Problem 413 where the input is too large to be stored
 */
export function newTask(
  task_id: string,
  client: string,
  request: SubmitRequest,
  nowMs: number,
  settings: SubmitSettings,
): NewTask {
  const { taskName, callbackUrl, callbackFormat, delaySeconds = 0 } = request;
  const placed =
    request.input === undefined
      ? undefined
      : placeInput(storableJson('input', request.input, MAX_PAYLOAD_BYTES));
  const notBeforeMs = nowMs + delaySeconds * 1000;
  const externalMs = settings.externalTimeoutMs(taskName);
  const entry: Entry = {
    v: 1,
    task_id,
    task_name: taskName,
    client,
    state: 'accepted',
    generation: 0,
    request_hash: requestHash(request),
    ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
    callback_format: callbackFormat,
    ...(placed !== undefined && { input: placed.payload }),
    accepted_at_ms: nowMs,
    not_before_ms: notBeforeMs,
    ...(externalMs !== undefined && { external_until_ms: notBeforeMs + externalMs }),
    runs: 0,
    attempt_count: 0,
    schedule_base: 0,
    attempts: [],
    expires_at: expiresAtSeconds(notBeforeMs + (externalMs ?? 0), settings),
  };
  return { entry, ...(placed?.stored !== undefined && { input: placed.stored }) };
}

function reusedKey({ task_id }: Entry): Problem {
  return new Problem({
    status: 422,
    title: 'Unprocessable Content',
    detail: `This Idempotency-Key was used for another request, which is task ${task_id}. Use a new key for a new task.`,
  });
}
