import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Attempt, type Entry, MAX_ATTEMPTS_KEPT } from '../../lambda/ledger/entry.ts';
import { itemOfEntry } from '../../lambda/ledger/entry-item.ts';
import { deadKey, entryKey, hangKey, timerKey } from '../../lambda/ledger/keys.ts';
import { deliverTeller } from '../../lambda/metrics.ts';
import { LOG_EVENT_OVERHEAD_BYTES } from './assumptions.ts';

/** 2026-11-02T09:00:00.000Z */
const ARRIVED_MS = 1_793_610_000_000;
const TASK_ID = '0b7c9e1e-5d0f-4c1a-9f5e-2d6b8a4c7e13';
const HOST = 'hooks.customer-4711.example';

/** As a stack of the app's own name is deployed. */
const METRICS_NAMESPACE = 'CallbackCompletion/Pipeline';

/** A common task: a small input and a small result, which the entry holds itself. */
const ENTRY: Entry = {
  v: 1,
  task_id: TASK_ID,
  task_name: 'generate-report',
  client: 'arn:aws:sts::123456789012:assumed-role/orders-service',
  state: 'delivering',
  generation: 0,
  request_hash: 'Ixr4_OAFebmaL7hs53Q52kM_WkgtjxjRMl9qNKNdC8U',
  callback_url: `https://${HOST}/callbacks/reports?order=8c1d2f`,
  callback_format: 'task',
  input: { json: '{"report":"monthly-sales","month":"2026-10","format":"csv"}' },
  accepted_at_ms: ARRIVED_MS - 5_000,
  not_before_ms: ARRIVED_MS - 5_000,
  runs: 1,
  outcome: {
    status: 'completed',
    completed_at_ms: ARRIVED_MS,
    result: { json: '{"rows":1248,"total_cents":5310277,"file":"reports/2026-10/monthly-sales.csv"}' },
  },
  attempt_count: 0,
  schedule_base: 0,
  attempts: [],
  deliver_by_ms: ARRIVED_MS + 259_200_000,
  expires_at: 1_796_461_200,
};

/** The entry after so many failed attempts, as deliver writes it. */
function entryAfter(attempts: number, hangs: boolean): Entry {
  const made = Array.from({ length: attempts }, (_, index) => failedAttempt(index + 1, hangs));
  if (attempts === 0) return ENTRY;
  return {
    ...ENTRY,
    attempt_count: attempts,
    attempts: made.slice(-MAX_ATTEMPTS_KEPT),
    next_attempt_at_ms: ARRIVED_MS + 7_200_000,
  };
}

function failedAttempt(attempt: number, hangs: boolean): Attempt {
  return {
    attempt,
    at_ms: ARRIVED_MS + attempt,
    duration_ms: hangs ? 15_003 : 3,
    error_class: hangs ? 'timeout' : 'connection-refused',
  };
}

export interface ItemBytes {
  /** The entry, by the number of failed attempts it tells of: from 0 to more than are kept. */
  readonly entry: readonly number[];
  readonly timer: number;
  /** The row on the operators' list. */
  readonly deadRow: number;
  /** Word of a host that hangs. */
  readonly hang: number;
}

/** What the ledger's items weigh, made as `lambda/ledger/dynamo-ledger.ts` makes them. */
export function itemBytes(hangs: boolean): ItemBytes {
  const timer = { at_ms: ARRIVED_MS, queue: 'callbacks', task_id: TASK_ID, generation: 0, group: HOST };
  const { task_name, expires_at } = ENTRY;
  const deadRow = { task_id: TASK_ID, task_name, generation: 1, reason: 'deadline-passed', expires_at };
  return {
    entry: Array.from({ length: 64 }, (_, attempts) =>
      bytesOfItem({ ...entryKey(TASK_ID), ...itemOfEntry(entryAfter(attempts, hangs)) }),
    ),
    timer: bytesOfItem({ ...timerKey(TASK_ID, ARRIVED_MS), ...timer }),
    deadRow: bytesOfItem({ ...deadKey(TASK_ID, ARRIVED_MS), ...deadRow, dead_at_ms: ARRIVED_MS }),
    hang: bytesOfItem({ ...hangKey(HOST), host: HOST, at_ms: ARRIVED_MS, failures: 2, expires_at }),
  };
}

/** By DynamoDB's rules ("DynamoDB item sizes and formats"). */
export function bytesOfItem(item: object): number {
  return bytesOfAttributes(marshall(item, { removeUndefinedValues: true }));
}

function bytesOfAttributes(attributes: Record<string, AttributeValue>): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOfValue(value),
    0,
  );
}

function bytesOfValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // A byte for each two significant digits, and one more.
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D|0+$/g, '').length / 2) + 1;
  if (value.L !== undefined) return value.L.reduce((sum, element) => sum + 1 + bytesOfValue(element), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + bytesOfAttributes(value.M);
  return 1;
}

export interface LogBytes {
  readonly delivered: number;
  readonly attemptFailed: number;
  readonly heldBack: number;
  readonly dead: number;
}

/** What the lines of deliver weigh at CloudWatch: written by the product's own logger, and caught. */
export function logBytes(hangs: boolean): LogBytes {
  const attempt = failedAttempt(7, hangs);
  const until = new Date(ARRIVED_MS).toISOString();
  const ok: Attempt = { attempt: 1, at_ms: ARRIVED_MS, duration_ms: 150, status_code: 200 };
  return {
    delivered: bytesOfLine('delivered', ok),
    attemptFailed: bytesOfLine('attempt-failed', { ...attempt, next_attempt_at: until }),
    heldBack: bytesOfLine('held-back', { next_attempt_at: until }),
    dead: bytesOfLine('dead', { ...attempt, reason: 'deadline-passed' }),
  };
}

function bytesOfLine(step: string, fields: object): number {
  let written = '';
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => {
    written += text;
    return true;
  };
  try {
    deliverTeller(METRICS_NAMESPACE)(step, ENTRY, fields);
  } finally {
    process.stdout.write = write;
  }
  if (!written.includes(TASK_ID)) throw new Error(`the line of ${step} was not caught: ${written}`);
  return Buffer.byteLength(written) + LOG_EVENT_OVERHEAD_BYTES;
}
