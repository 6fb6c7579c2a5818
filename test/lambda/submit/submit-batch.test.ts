import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../lambda/http/problem.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import type { Timer } from '../../../lambda/ledger/timer.ts';
import type { SubmitRequest } from '../../../lambda/submit/request.ts';
import { batchItem, submitBatch } from '../../../lambda/submit/submit-batch.ts';
import { type SubmitPorts, type SubmitSettings, submitTask } from '../../../lambda/submit/submit-task.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { ALICE } from '../../support/entries.ts';

const NOW_MS = 1_764_000_000_000;
const SETTINGS: SubmitSettings = {
  maxRuns: 3,
  deliveryDeadlineMs: 259_200_000,
  retentionMs: 2_592_000_000,
  externalTimeoutMs: (taskName) => (taskName === 'manual-review' ? 3_600_000 : undefined),
};

const REQUEST: SubmitRequest = {
  taskName: 'sleep',
  callbackUrl: 'https://example.com/hook',
  callbackFormat: 'task',
  input: { seconds: 0 },
};

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let ports: SubmitPorts;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

beforeEach(async () => {
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  let made = 0;
  ports = {
    ledger: table.ledger,
    tasks: tasks.queue,
    now: () => NOW_MS,
    newTaskId: () => `8b0f6a52-6f0e-4c57-9d3b-${String(++made).padStart(12, '0')}`,
    tell: () => {},
  };
});

const entries = async () => (await table.items()).filter(({ sk }) => sk === 'entry') as unknown as Entry[];
const timers = async () => (await table.items()).filter(({ pk }) => String(pk).startsWith('timer#'));
/** Of each entry, in the order in which they were submitted, whether nobody may run it. */
const unsent = async () =>
  (await entries()).toSorted((a, b) => a.task_id.localeCompare(b.task_id)).map((entry) => entry.unsent);
const ID_1 = '8b0f6a52-6f0e-4c57-9d3b-000000000001';

describe('a batch', () => {
  it('accepts its tasks with one answer each, and counts its calls', async () => {
    const calls = { BatchWriteItem: 0, SendMessageBatch: 0 };
    const { client } = engines.dynamodb;
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === 'BatchWriteItemCommand') calls.BatchWriteItem += 1;
          return next(args);
        },
      { name: 'count', step: 'initialize' },
    );
    const counted: SubmitPorts = {
      ...ports,
      tasks: {
        ...tasks.queue,
        sendBatch: (envelopes) => {
          calls.SendMessageBatch += 1;
          return tasks.queue.sendBatch(envelopes);
        },
      },
    };
    const items = Array.from({ length: 100 }, () => ({ request: REQUEST, idempotencyKey: undefined }));

    const results = await submitBatch(ALICE, items, counted, SETTINGS);

    expect(results).toHaveLength(100);
    expect(results[0]).toEqual({ status: 'accepted', task_id: ID_1, callback_pending: true });
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['accepted']));
    expect(await entries()).toHaveLength(100);
    client.middlewareStack.remove('count');
    console.info('AWS calls of one batch of 100 tasks:', calls);
    expect(calls).toEqual({ BatchWriteItem: 4, SendMessageBatch: 10 });
  });

  it('tells what is wrong with one task, and accepts the others', async () => {
    const parse = (value: unknown): SubmitRequest => {
      if (JSON.stringify(value).includes('nope')) {
        throw new Problem({ status: 400, title: 'Bad Request', detail: 'there is no task "nope"' });
      }
      return REQUEST;
    };
    const items = [{ task_name: 'nope' }, { task_name: 'sleep' }, 'sleep', { idempotency_key: 7 }].map(
      (value) => batchItem(value, parse),
    );

    expect(await submitBatch(ALICE, items, ports, SETTINGS)).toMatchObject([
      { status: 'rejected', problem: { status: 400, detail: 'there is no task "nope"' } },
      { status: 'accepted', task_id: ID_1 },
      { status: 'rejected', problem: { detail: 'The task was not accepted: expected object' } },
      { status: 'rejected', problem: { detail: 'idempotency_key: expected string, received number' } },
    ]);
  });

  it('holds each of its tasks to the size of a single request', () => {
    const parse = () => expect.fail('it is not looked at');

    expect(
      batchItem({ task_name: 'generate-report', input: { csv: 'x'.repeat(262_144) } }, parse),
    ).toMatchObject({
      problem: { fields: { status: 413 } },
    });
  });

  it('dedupes tasks that carry a key, also against single requests', async () => {
    const single = await submitTask(ALICE, REQUEST, 'order-42', ports, SETTINGS);
    const items = [{ request: REQUEST, idempotencyKey: 'order-42' }];

    expect(await submitBatch(ALICE, items, ports, SETTINGS)).toEqual([single]);
    expect(await entries()).toHaveLength(1);
  });

  it('promises nothing for what the queue did not take', async () => {
    const broken: SubmitPorts = {
      ...ports,
      tasks: { ...tasks.queue, sendBatch: async (envelopes) => envelopes.map((_, index) => index > 0) },
    };
    const items = [0, 1].map(() => ({ request: REQUEST, idempotencyKey: undefined }));

    expect(await submitBatch(ALICE, items, broken, SETTINGS)).toMatchObject([
      { status: 'rejected', problem: { status: 503 } },
      { status: 'accepted' },
    ]);
    // Nobody runs the first unless its client sends it again.
    expect(await unsent()).toEqual([true, undefined]);
  });

  it('marks a task that was stored without its input', async () => {
    const ledger: Ledger = {
      ...table.ledger,
      createMany: async (made) => {
        await table.ledger.createMany(made.map(({ entry }) => ({ entry })));
        return made.map(() => false);
      },
    };
    const items = [{ request: { ...REQUEST, input: 'x'.repeat(600) }, idempotencyKey: undefined }];

    expect(await submitBatch(ALICE, items, { ...ports, ledger }, SETTINGS)).toMatchObject([
      { status: 'rejected', problem: { status: 503 } },
    ]);
    expect(await unsent()).toEqual([true]);
  });

  it('promises nothing for what could not be timed, and leaves no timer for what was not stored', async () => {
    const request = { ...REQUEST, delaySeconds: 901 };
    const items = [0, 1].map(() => ({ request, idempotencyKey: undefined }));
    const putTimer = async (timer: Timer) => {
      if (timer.task_id === ID_1) throw new Error('throttled');
      await table.ledger.putTimer(timer);
    };

    expect(
      await submitBatch(ALICE, items, { ...ports, ledger: { ...table.ledger, putTimer } }, SETTINGS),
    ).toMatchObject([{ status: 'rejected', problem: { status: 503 } }, { status: 'accepted' }]);
    expect(await unsent()).toEqual([true, undefined]);

    const createMany = async (made: readonly object[]) => made.map(() => false);
    await submitBatch(ALICE, items, { ...ports, ledger: { ...table.ledger, createMany } }, SETTINGS);
    expect(await timers()).toHaveLength(1);
  });
});

describe('a task that is put off', () => {
  it.each([
    [900, { delaySeconds: 900 }],
    [1, { delaySeconds: 1 }],
  ])('by %d s waits in the queue', async (delaySeconds, sent) => {
    await submitTask(ALICE, { ...REQUEST, delaySeconds }, undefined, ports, SETTINGS);

    expect(tasks.sent).toMatchObject([sent]);
    expect(await timers()).toEqual([]);
    expect(await entries()).toMatchObject([{ not_before_ms: NOW_MS + delaySeconds * 1000 }]);
  });

  it('by more than a queue takes has a timer instead, alone and in a batch', async () => {
    const request = { ...REQUEST, delaySeconds: 901 };

    await submitTask(ALICE, request, undefined, ports, SETTINGS);
    await submitBatch(ALICE, [{ request, idempotencyKey: undefined }], ports, SETTINGS);

    expect(tasks.sent).toEqual([]);
    expect(await timers()).toMatchObject([
      { at_ms: NOW_MS + 901_000, queue: 'tasks' },
      { at_ms: NOW_MS + 901_000, queue: 'tasks' },
    ]);
  });

  it('is sent again with what is left of its delay', async () => {
    const request = { ...REQUEST, delaySeconds: 100 };
    await submitTask(ALICE, request, 'order-42', ports, SETTINGS);

    await submitTask(ALICE, request, 'order-42', { ...ports, now: () => NOW_MS + 60_000 }, SETTINGS);

    expect(tasks.sent).toMatchObject([{ delaySeconds: 100 }, { delaySeconds: 40 }]);
  });
});

describe('a task whose work is done elsewhere', () => {
  it('is recorded and not sent; the end of its time is a timer', async () => {
    await submitTask(ALICE, { ...REQUEST, taskName: 'manual-review' }, undefined, ports, SETTINGS);

    expect(tasks.sent).toEqual([]);
    expect(await entries()).toMatchObject([{ state: 'accepted', external_until_ms: NOW_MS + 3_600_000 }]);
    expect(await timers()).toMatchObject([{ at_ms: NOW_MS + 3_600_000, queue: 'tasks', task_id: ID_1 }]);
  });
});
