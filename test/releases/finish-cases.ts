import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { LocalStack } from '../../local/local-stack.ts';
import { ops, opsReport } from '../support/ops.ts';
import { eventually, type TaskView } from '../support/pipeline.ts';
import { type CollectedCallback, startCollectingReceiver } from './collecting-receiver.ts';
import { type Loading, loadCase } from './load-case.ts';
import { API_URL } from './record-cases.ts';
import type { RecordedCase } from './recorded-release.ts';
import { leaseEndsMs, nextDueMs } from './shift.ts';
import type { StackClients } from './stack-clients.ts';

/** How a case is loaded, what a client then does, and what must come of it. */
interface Expectation {
  /**
   * How old the case is when it is loaded, in milliseconds. `due-soon`: so old that the message or timer that it
   * waits for is due in 3 s; `lease-ends-soon`: so old that its lease ends in 3 s.
   *
   * @default 0
   */
  readonly age?: number | 'due-soon' | 'lease-ends-soon';
  /** @default false */
  readonly messagesAtOnce?: true;
  /** What the client does once the case is loaded. */
  readonly act?: (client: Client, taskId: string, recorded: RecordedCase) => Promise<void>;
  /** The callbacks of each of its tasks, without the times in them. */
  readonly callbacks: (taskId: string) => readonly unknown[];
  readonly status: string;
  /** What else `GET /api/tasks/{task_id}` says. */
  readonly view?: object;
}

interface Client {
  request(method: string, path: string, init?: { headers?: object; body?: unknown }): Promise<unknown>;
}

const DUE_IN_MS = 3_000;

const SECOND_COPIES_COME_WITHIN_MS = 1_000;

/** Longer than any lease of a run function with the default settings: 70 s and 5 s. */
const TEN_MINUTES_MS = 600_000;

const reportOf = (taskId: string, result: object) => ({
  status: 'completed',
  task_id: taskId,
  task_name: 'generate-report',
  result: { taskName: 'generate-report', artifactUrl: resultUrl(taskId), ...result },
});

const resultUrl = (taskId: string) => `${API_URL}/api/tasks/${taskId}/result`;

const emptyReport = (taskId: string) => [reportOf(taskId, { rowCount: 0, columns: [] })];

const TWO_AMOUNTS = {
  rowCount: 2,
  columns: [
    {
      name: 'amount',
      count: 2,
      missing: 0,
      distinct: 2,
      numbers: { min: 3, max: 5, sum: 8, mean: 4, median: 4, standardDeviation: Math.SQRT2 },
    },
  ],
};

const column = (name: string, factor: number) => ({
  name,
  count: 40,
  missing: 0,
  distinct: 40,
  numbers: {
    min: 100 * factor,
    max: 139 * factor,
    sum: 4_780 * factor,
    mean: 119.5 * factor,
    median: 119.5 * factor,
    standardDeviation: expect.closeTo(Math.sqrt((40 * 41) / 12) * factor, 6),
  },
});

const FORTY_ROWS = {
  rowCount: 40,
  columns: [
    column('north', 1),
    column('south', 2),
    column('east', 3),
    column('west', 4),
    column('centre', 5),
    column('total', 15),
  ],
};

const slept = (taskId: string) => [
  { status: 'completed', task_id: taskId, task_name: 'sleep', result: { slept_seconds: 1 } },
];

const reviewed = (taskId: string, result: unknown) => [
  { status: 'completed', task_id: taskId, task_name: 'manual-review', result },
];

const failure = (status: string, task_name: string, error: object) => (taskId: string) => [
  { status, task_id: taskId, task_name, error },
];

const CANCELLED = failure('cancelled', 'generate-report', {
  type: 'Cancelled',
  message: expect.stringContaining('cancelled'),
});

const complete = (result: unknown) => async (client: Client, taskId: string) => {
  const body = { status: 'completed', result };
  expect(await client.request('POST', `/api/tasks/${taskId}/completion`, { body })).toEqual({
    status: 200,
    body: { status: 'completed', task_id: taskId, callback_pending: true },
  });
};

const LARGE_RESULT = { remarks: 'approved. '.repeat(60) };

/** Messages of errors are written by the code that finishes a case or by the code that recorded it: their facts count. */
const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  accepted: { callbacks: emptyReport, status: 'delivered', view: { runs: 1 } },
  'accepted-with-input': {
    callbacks: (taskId) => [reportOf(taskId, TWO_AMOUNTS)],
    status: 'delivered',
  },
  'accepted-with-large-input': {
    callbacks: (taskId) => [reportOf(taskId, FORTY_ROWS)],
    status: 'delivered',
  },
  'accepted-for-later': { age: 'due-soon', callbacks: emptyReport, status: 'delivered' },
  'accepted-for-much-later': { age: 'due-soon', callbacks: emptyReport, status: 'delivered' },
  // An operator redrives what lies in the dead-letter queue; see below.
  'accepted-and-lost': { callbacks: emptyReport, status: 'delivered' },
  'external-accepted': {
    act: complete({ approved: true }),
    callbacks: (taskId) => reviewed(taskId, { approved: true }),
    status: 'delivered',
  },
  'external-expiring': {
    age: 'due-soon',
    callbacks: failure('timeout', 'manual-review', {
      type: 'Timeout',
      message: expect.stringContaining('86400 s'),
    }),
    status: 'delivered',
  },
  'external-offered': {
    act: complete(LARGE_RESULT),
    callbacks: (taskId) => reviewed(taskId, LARGE_RESULT),
    status: 'delivered',
  },
  'external-completed': {
    // Its worker repeats itself: the same completion is no conflict.
    act: complete({ approved: true }),
    callbacks: (taskId) => reviewed(taskId, { approved: true }),
    status: 'delivered',
  },
  'running-lease-live': {
    age: 'lease-ends-soon',
    messagesAtOnce: true,
    callbacks: slept,
    status: 'delivered',
    view: { runs: 2 },
  },
  'running-lease-lapsed': { age: TEN_MINUTES_MS, callbacks: slept, status: 'delivered', view: { runs: 2 } },
  'running-runs-exhausted': {
    age: TEN_MINUTES_MS,
    callbacks: failure('failed', 'fail', {
      type: 'RunsExhausted',
      message: expect.stringContaining('3 times'),
    }),
    status: 'delivered',
    view: { runs: 3 },
  },
  'waiting-for-second-run': {
    callbacks: (taskId) => [{ status: 'completed', task_id: taskId, task_name: 'fail', result: { runs: 2 } }],
    status: 'delivered',
  },
  delivering: { callbacks: (taskId) => [reportOf(taskId, TWO_AMOUNTS)], status: 'delivered' },
  'delivering-large-result': {
    callbacks: (taskId) => [reportOf(taskId, FORTY_ROWS)],
    status: 'delivered',
  },
  'delivering-failed': {
    callbacks: failure('failed', 'fail', { type: 'Error', message: 'boom' }),
    status: 'delivered',
  },
  'delivering-timeout': {
    callbacks: failure('timeout', 'sleep', { type: 'Timeout', message: expect.stringContaining('1 s') }),
    status: 'delivered',
  },
  'delivering-job': {
    callbacks: (taskId) => [{ job_id: taskId, status: 'completed', result_url: resultUrl(taskId) }],
    status: 'delivered',
  },
  'delivering-beam-v1': {
    callbacks: (taskId) => [
      { taskName: 'generate-report', artifactUrl: resultUrl(taskId), rowCount: '0', columns: '[]' },
    ],
    status: 'delivered',
  },
  'delivering-beam-v2': {
    callbacks: (taskId) => [
      {
        data: { taskName: 'generate-report', artifactUrl: resultUrl(taskId), rowCount: 0, columns: [] },
      },
    ],
    status: 'delivered',
  },
  'delivering-standard': {
    callbacks: (taskId) => {
      const [{ status, ...data }] = emptyReport(taskId) as [ReturnType<typeof reportOf>];
      return [{ type: `task.${status}`, data }];
    },
    status: 'delivered',
  },
  'delivering-again-soon': {
    age: 'due-soon',
    callbacks: emptyReport,
    status: 'delivered',
    view: {
      callback: {
        attempts: [
          { attempt: 1, status_code: 503 },
          { attempt: 2, status_code: 200 },
        ],
      },
    },
  },
  'delivering-again-soon-older-form': {
    age: 'due-soon',
    callbacks: emptyReport,
    status: 'delivered',
    view: {
      callback: {
        attempts: [
          { attempt: 1, status_code: 503 },
          { attempt: 2, status_code: 200 },
        ],
      },
    },
  },
  'delivering-again-later': {
    age: 'due-soon',
    callbacks: emptyReport,
    status: 'delivered',
    view: {
      callback: {
        attempts: [
          { attempt: 1, error: 'protocol' },
          { attempt: 2, status_code: 503 },
          { attempt: 3, status_code: 200 },
        ],
      },
    },
  },
  'delivering-again-much-later': { age: 'due-soon', callbacks: emptyReport, status: 'delivered' },
  'delivering-held-back': { age: 'due-soon', callbacks: emptyReport, status: 'delivered' },
  delivered: { callbacks: () => [], status: 'delivered', view: { callback: { attempt_count: 1 } } },
  completed: {
    async act(client, taskId, { request }) {
      expect(await client.request('POST', '/api/tasks', request)).toEqual({
        status: 202,
        body: { status: 'accepted', task_id: taskId, callback_pending: false },
      });
      expect(await client.request('GET', `/api/tasks/${taskId}/result`)).toEqual({
        status: 200,
        body: reportOf(taskId, TWO_AMOUNTS).result,
      });
    },
    callbacks: () => [],
    status: 'completed',
    view: { runs: 1 },
  },
  cancelled: { callbacks: CANCELLED, status: 'delivered' },
  'cancelled-unsent': { age: 'due-soon', callbacks: CANCELLED, status: 'delivered' },
  'dead-deadline-passed': { callbacks: emptyReport, status: 'delivered' },
  'dead-gone': { callbacks: emptyReport, status: 'delivered' },
  'dead-url-refused': { callbacks: emptyReport, status: 'delivered' },
  redriven: {
    age: 'due-soon',
    callbacks: emptyReport,
    status: 'delivered',
    view: {
      callback: {
        attempts: [
          { attempt: 1, status_code: 410 },
          { attempt: 2, status_code: 503 },
          { attempt: 3, status_code: 200 },
        ],
      },
    },
  },
  replayed: { callbacks: emptyReport, status: 'delivered' },
};

/** The cases that lie in the dead-letter queue, each with its reason and how often it was attempted. */
const DEAD_LETTERS = {
  'accepted-and-lost': { reason: 'receives-exhausted', attempts: 0 },
  'dead-deadline-passed': { reason: 'deadline-passed', attempts: 1 },
  'dead-gone': { reason: 'gone', attempts: 1 },
  'dead-url-refused': { reason: 'url-refused', attempts: 1 },
} as const;

/** What came of the cases, for further assertions. */
export interface Finished {
  readonly callbacks: readonly CollectedCallback[];
}

/**
 * Loads cases into a running stack whose schedule a test runs, does what clients and operators do, and asserts that
 * each task comes to its end: every owed callback arrives once, with its outcome, and not too early.
 *
 * @param state the stack's state folder
 */
export async function finishCases(
  cases: Readonly<Record<string, RecordedCase>>,
  { stack, state, clients }: { stack: LocalStack; state: string; clients: StackClients },
): Promise<Finished> {
  const receiver = await startCollectingReceiver();
  const recoveredReceiver = await startCollectingReceiver();
  const callbacks = () => [...receiver.callbacks, ...recoveredReceiver.callbacks];
  const client: Client = {
    async request(method, path, { headers = {}, body } = {}) {
      const response = await fetch(`${stack.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
  try {
    const loaded: Record<string, RecordedCase> = {};
    for (const [name, recorded] of Object.entries(cases)) {
      const loading: Loading = {
        receiver: receiver.host,
        hangingReceiver: recoveredReceiver.host,
        nowMs: Date.now(),
        ageMs: ageOf(recorded, expectationOf(name)),
        messagesAtOnce: expectationOf(name).messagesAtOnce ?? false,
      };
      loaded[name] = await loadCase(recorded, clients, loading);
    }
    await stack.runSchedule();
    await redriveDeadLetters(loaded, state);
    for (const [name, recorded] of Object.entries(loaded)) {
      for (const taskId of recorded.task_ids) await expectationOf(name).act?.(client, taskId, recorded);
    }

    for (const [name, recorded] of Object.entries(loaded)) {
      for (const taskId of recorded.task_ids) await expectEnd(name, taskId, callbacks, client);
      expectNoneTooEarly(name, recorded, callbacks());
    }
    // A callback that came a second time came after the first.
    await delay(SECOND_COPIES_COME_WITHIN_MS);
    const owed = Object.entries(loaded).flatMap(([name, { task_ids }]) =>
      task_ids.flatMap((taskId) =>
        expectationOf(name)
          .callbacks(taskId)
          .map(() => taskId),
      ),
    );
    expect(
      callbacks()
        .map(({ headers }) => headers['webhook-id'])
        .sort(),
    ).toEqual(owed.sort());
    return { callbacks: callbacks() };
  } finally {
    await Promise.all([receiver.close(), recoveredReceiver.close()]);
  }
}

function expectationOf(name: string): Expectation {
  const expectation = EXPECTATIONS[name];
  if (expectation === undefined) throw new Error(`Nothing is said of what becomes of the case ${name}.`);
  return expectation;
}

function ageOf(recorded: RecordedCase, { age = 0 }: Expectation): number {
  return typeof age === 'number' ? age : waitedForMs(recorded, age) - recorded.recorded_at_ms - DUE_IN_MS;
}

/** What a case of such an age waits for, in epoch milliseconds. */
function waitedForMs(recorded: RecordedCase, age: Expectation['age']): number {
  switch (age) {
    case 'due-soon':
      return nextDueMs(recorded);
    case 'lease-ends-soon':
      return leaseEndsMs(recorded);
    default:
      return 0;
  }
}

async function redriveDeadLetters(
  loaded: Readonly<Record<string, RecordedCase>>,
  state: string,
): Promise<void> {
  const taskOf = (name: string) => loaded[name]?.task_ids[0];
  const { letters } = await opsReport<{ letters: { task_id: string; reason: string; attempts: number }[] }>(
    'dlq',
    'list',
    '--limit',
    '0',
    '--state',
    state,
  );
  const found = letters.map(({ task_id, reason, attempts }) => [task_id, { reason, attempts }]);
  const wanted = Object.entries(DEAD_LETTERS).map(([name, letter]) => [taskOf(name), letter]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  expect((await ops(['dlq', 'redrive', '--yes', '--state', state])).exitCode).toBe(0);
}

async function expectEnd(
  name: string,
  taskId: string,
  callbacks: () => readonly CollectedCallback[],
  client: Client,
): Promise<void> {
  const expectation = expectationOf(name);
  await eventually(async () => {
    const { body } = (await client.request('GET', `/api/tasks/${taskId}`)) as { body: TaskView };
    expect(body, name).toMatchObject({ status: expectation.status, ...expectation.view });
  });
  const own = callbacks().filter(({ headers }) => headers['webhook-id'] === taskId);
  expect(own.map(contentOf), name).toEqual(expectation.callbacks(taskId));
}

/** What a callback says, without its times. */
function contentOf({ headers, body }: CollectedCallback): unknown {
  if (headers['content-type'] === 'application/x-www-form-urlencoded') {
    return Object.fromEntries(new URLSearchParams(body));
  }
  const { completed_at: _completed, timestamp: _timestamp, ...content } = JSON.parse(body);
  return content;
}

/** A callback is not made before the moment that its task waited for. */
function expectNoneTooEarly(
  name: string,
  recorded: RecordedCase,
  callbacks: readonly CollectedCallback[],
): void {
  const waitedFor = waitedForMs(recorded, expectationOf(name).age);
  const tooEarly = callbacks.filter((callback) => callback.path === `/${name}` && callback.atMs < waitedFor);
  expect(tooEarly, `${name} waits until ${waitedFor}`).toEqual([]);
}
