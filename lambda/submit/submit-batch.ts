import { chunks } from '../chunks.ts';
import { MAX_PAYLOAD_BYTES, MESSAGES_PER_REQUEST } from '../contract/limits.ts';
import { Problem } from '../http/problem.ts';
import { parseIdempotencyKey } from './idempotency.ts';
import type { SubmitRequest } from './request.ts';
import {
  type Accepted,
  acceptedAnswer,
  envelopeOf,
  newTask,
  putTimer,
  recordUnsent,
  type SubmitPorts,
  type SubmitSettings,
  submitTask,
  wayTo,
} from './submit-task.ts';

/** What became of one task of a batch: accepted, or a problem of its own. */
export type BatchResult = Accepted | { readonly status: 'rejected'; readonly problem: object };

/** One task of a batch: what to submit, or the problem that was found with it. */
export type BatchItem =
  | { readonly request: SubmitRequest; readonly idempotencyKey: string | undefined }
  | { readonly problem: Problem };

/** Reads one task of a batch by what reads a request; what is wrong with it concerns it alone. */
export function batchItem(value: unknown, parse: (value: unknown) => SubmitRequest): BatchItem {
  try {
    const { idempotency_key, ...body } = asObject(value);
    if (idempotency_key !== undefined && typeof idempotency_key !== 'string') {
      return { problem: badKey(idempotency_key) };
    }
    const bytes = Buffer.byteLength(JSON.stringify(body));
    if (bytes > MAX_PAYLOAD_BYTES) return { problem: tooLarge(bytes) };
    return { request: parse(body), idempotencyKey: parseIdempotencyKey(idempotency_key) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    throw error;
  }
}

/**
 * Accepts up to 100 tasks, one answer each, in their order. Tasks without a key are recorded and sent together;
 * those with one go the way of single requests, since each needs a condition of its own.
 */
export async function submitBatch(
  client: string,
  items: readonly BatchItem[],
  ports: SubmitPorts,
  settings: SubmitSettings,
): Promise<BatchResult[]> {
  const results = new Map<number, BatchResult>();
  const fresh: { readonly index: number; readonly request: SubmitRequest }[] = [];
  const keyed: { readonly index: number; readonly request: SubmitRequest; readonly key: string }[] = [];
  for (const [index, item] of items.entries()) {
    if ('problem' in item) results.set(index, rejected(item.problem));
    else if (item.idempotencyKey === undefined) fresh.push({ index, request: item.request });
    else keyed.push({ index, request: item.request, key: item.idempotencyKey });
  }
  await Promise.all([
    submitFresh(client, fresh, ports, settings, results),
    ...keyed.map(async ({ index, request, key }) => {
      results.set(index, await orRejected(() => submitTask(client, request, key, ports, settings)));
    }),
  ]);
  return items.map((_, index) => results.get(index) ?? rejected(UNAVAILABLE));
}

async function submitFresh(
  client: string,
  fresh: readonly { readonly index: number; readonly request: SubmitRequest }[],
  { ledger, tasks, now, newTaskId, tell }: SubmitPorts,
  settings: SubmitSettings,
  results: Map<number, BatchResult>,
): Promise<void> {
  const made = fresh.flatMap(({ index, request }) => {
    try {
      return [{ index, ...newTask(newTaskId(), client, request, now(), settings) }];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      results.set(index, rejected(error));
      return [];
    }
  });
  if (made.length === 0) return;

  const stored = await ledger.createMany(made);
  const recorded = made.filter((_, position) => stored[position]);

  const accept = ({ index, entry }: (typeof made)[number]) => {
    results.set(index, acceptedAnswer(entry));
    tell('accepted', entry);
  };
  const timed: (typeof made)[number][] = [];
  const queued: { readonly task: (typeof made)[number]; readonly delaySeconds: number }[] = [];
  for (const task of recorded) {
    const way = wayTo(task.entry, now());
    if (way.by === 'queue') queued.push({ task, delaySeconds: way.delaySeconds });
    else timed.push(task);
  }
  await Promise.all([
    ...timed.map((task) =>
      putTimer(task.entry, ledger).then(
        () => accept(task),
        () => {},
      ),
    ),
    ...chunks(queued, MESSAGES_PER_REQUEST).map(async (batch) => {
      const sent = await tasks
        .sendBatch(batch.map(({ task, delaySeconds }) => envelopeOf(task.entry, delaySeconds)))
        .catch(() => []);
      for (const [position, { task }] of batch.entries()) if (sent[position] === true) accept(task);
    }),
  ]);
  const refused = made.filter(({ index }) => !results.has(index));
  await Promise.all(refused.map(({ entry }) => recordUnsent(entry, ledger)));
}

async function orRejected(submit: () => Promise<Accepted>): Promise<BatchResult> {
  try {
    return await submit();
  } catch (error) {
    return rejected(error instanceof Problem ? error : UNAVAILABLE);
  }
}

const UNAVAILABLE = new Problem({
  status: 503,
  title: 'Service Unavailable',
  detail:
    'The task store or its queue could not be reached for this task. Nothing was promised; send it again.',
});

function rejected({ fields: { status, title, detail, issues } }: Problem): BatchResult {
  const problem = { type: 'about:blank', title, status, detail, ...(issues !== undefined && { issues }) };
  return { status: 'rejected', problem };
}

/** One by one they are held to what a single request is: looking at a larger one could take all memory there is. */
function tooLarge(bytes: number): Problem {
  return new Problem({
    status: 413,
    title: 'Content Too Large',
    detail: `The task has ${bytes} bytes; at most ${MAX_PAYLOAD_BYTES} are taken. Store large input elsewhere and send where it is.`,
  });
}

function badKey(given: unknown): Problem {
  const message = `expected string, received ${given === null ? 'null' : typeof given}`;
  return new Problem({
    status: 400,
    title: 'Bad Request',
    detail: `idempotency_key: ${message}`,
    issues: [{ path: 'idempotency_key', message }],
  });
}

/** What is no object goes to the parser as it is, which says so. */
function asObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  const message = 'expected object';
  throw new Problem({
    status: 400,
    title: 'Bad Request',
    detail: `The task was not accepted: ${message}`,
    issues: [{ path: '', message }],
  });
}
