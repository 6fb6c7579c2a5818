import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { completeTask } from '../../lambda/complete-task/complete-task.ts';
import { replayTask } from '../../lambda/complete-task/replay-task.ts';
import type { Completion } from '../../lambda/complete-task/request.ts';
import { Problem } from '../../lambda/http/problem.ts';
import { storageCeilingBytes } from '../../lambda/ledger/ceiling.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { runTask } from '../../lambda/run/run-task.ts';
import { endOfThrow } from '../../lambda/run/work-end.ts';
import { taskIdOf } from '../../lambda/submit/idempotency.ts';
import type { SubmitRequest } from '../../lambda/submit/request.ts';
import { submitTask } from '../../lambda/submit/submit-task.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../support/embedded-engines.ts';
import { ALICE, acceptedTask, deliveringTask } from '../support/entries.ts';

const NOW_MS = 1_764_000_000_000;
const MAX_RUNS = 3;
const LARGEST = 'x'.repeat(256 * 1024 - 2);
const KEY = 'order-42';
const SETTINGS = { maxRuns: MAX_RUNS, deliveryDeadlineMs: 259_200_000, retentionMs: 2_592_000_000 };

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let callbacks: TestQueue;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

beforeEach(async () => {
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  callbacks = await engines.newQueue();
});

/** What DynamoDB counts of an item, about: names and values in UTF-8. */
const sizeOf = (item: Record<string, unknown>) => Buffer.byteLength(JSON.stringify(marshall(item)));

/** What is kept of the only task there is: items by kind, and their bytes without timers. */
async function kept() {
  const items = await table.items();
  const kinds = items.map(({ pk, sk }) =>
    String(pk).startsWith('timer') ? 'timer' : String(sk).split('#')[0],
  );
  const bytes = items
    .filter((_, index) => kinds[index] !== 'timer')
    .reduce((sum, item) => sum + sizeOf(item), 0);
  return { kinds: kinds.sort(), bytes };
}

/** Submits with one and the same key, at times that differ, and tells the statuses of the answers. */
function submitted(requests: readonly Partial<SubmitRequest>[]): Promise<number[]> {
  return Promise.all(
    requests.map(async (request, nth) => {
      const ports = {
        ledger: table.ledger,
        tasks: tasks.queue,
        now: () => NOW_MS + nth,
        newTaskId: () => expect.fail('it has a key'),
        tell: () => {},
      };
      const whole = {
        taskName: 'generate-report',
        callbackUrl: undefined,
        callbackFormat: 'task',
        input: undefined,
        ...request,
      } as const;
      return await status(() =>
        submitTask(ALICE, whole, KEY, ports, { ...SETTINGS, externalTimeoutMs: () => undefined }),
      );
    }),
  );
}

async function status(act: () => Promise<unknown>): Promise<number> {
  try {
    await act();
    return 202;
  } catch (error) {
    if (error instanceof Problem) return error.fields.status;
    throw error;
  }
}

describe('an Idempotency-Key', () => {
  it('keeps one input, however many others are sent with it, one after another or at once', async () => {
    const inputs = Array.from({ length: 12 }, (_, nth) => ({ input: `${nth}${LARGEST.slice(10)}` }));

    expect(await submitted(inputs.slice(0, 1))).toEqual([202]);
    expect(await submitted(inputs.slice(1))).toEqual(Array(11).fill(422));

    const { kinds, bytes } = await kept();
    expect(kinds).toEqual(['entry', 'input']);
    expect(bytes).toBeLessThan(storageCeilingBytes(MAX_RUNS));
  });

  it('keeps one input of many that come first at the same moment', async () => {
    const inputs = Array.from({ length: 12 }, (_, nth) => ({ input: `${nth}${LARGEST.slice(10)}` }));

    const statuses = await submitted(inputs);

    expect(statuses.filter((one) => one === 202)).toHaveLength(1);
    expect((await kept()).kinds).toEqual(['entry', 'input']);
    const entry = await table.ledger.read(taskIdOf(ALICE, KEY));
    const ref = entry?.input !== undefined && 'ref' in entry.input ? entry.input.ref : '';
    const winner = inputs[statuses.indexOf(202)]?.input;
    expect(JSON.parse(await table.ledger.readPayload(taskIdOf(ALICE, KEY), ref))).toBe(winner);
  });

  it('keeps one input of a request whose fields come in ever another order', async () => {
    const text = 'y'.repeat(600);

    expect(await submitted([{ input: { a: text, b: 1 } }, { input: { b: 1, a: text } }])).toEqual([202, 202]);

    expect((await kept()).kinds).toEqual(['entry', 'input']);
  });

  it('keeps one timer of a task that is put off, however often it is asked for', async () => {
    const later = { delaySeconds: 2_592_000 };

    expect(await submitted(Array(12).fill(later))).toEqual(Array(12).fill(202));
    expect(await submitted([{ delaySeconds: 2_591_999 }])).toEqual([422]);

    expect((await kept()).kinds).toEqual(['entry', 'timer']);
  });

  it('stores the input at the next request where the first has died before it could', async () => {
    const dying = { ...table.ledger, storePayload: () => Promise.reject(new Error('the process is gone')) };
    const working = table;
    table = { ...table, ledger: dying };
    await expect(submitted([{ input: LARGEST }])).rejects.toThrow('the process is gone');
    expect(await tasks.receive()).toEqual([]);
    table = working;

    expect(await submitted([{ input: LARGEST }])).toEqual([202]);

    expect((await kept()).kinds).toEqual(['entry', 'input']);
    expect(await tasks.receive()).toHaveLength(1);
  });
});

describe('work that is done elsewhere', () => {
  const external = () => acceptedTask({ external_until_ms: NOW_MS + 86_400_000 });
  const ports = () => ({
    ledger: table.ledger,
    callbacks: callbacks.queue,
    now: () => NOW_MS,
    tell: () => {},
  });
  const tell = (entry: Entry, completion: Completion, ledger = table.ledger) =>
    status(() => completeTask(entry, completion, { ...ports(), ledger }, SETTINGS));
  const result = (nth: number): Completion => ({ status: 'completed', result: `${nth}${LARGEST.slice(10)}` });

  it('keeps few of the results that it is told at the same moment, and the one that counts', async () => {
    const entry = external();
    await table.ledger.create(entry);

    const statuses = await Promise.all(Array.from({ length: 12 }, (_, nth) => tell(entry, result(nth))));

    expect(statuses.filter((one) => one === 202)).toHaveLength(1);
    expect(statuses.filter((one) => one === 409)).toHaveLength(11);
    const { kinds, bytes } = await kept();
    expect(kinds.filter((kind) => kind === 'result').length).toBeLessThanOrEqual(3);
    expect(bytes).toBeLessThan(storageCeilingBytes(MAX_RUNS));
    const settled = await table.ledger.read(entry.task_id);
    const { outcome } = settled ?? {};
    if (outcome?.status !== 'completed' || !('ref' in outcome.result)) throw new Error('it has no result');
    const json = await table.ledger.readPayload(entry.task_id, outcome.result.ref);
    expect(JSON.parse(json)).toBe((result(statuses.indexOf(202)) as { result: string }).result);
  });

  it('takes the same result again, and any small one, where three others were told and never settled it', async () => {
    const entry = external();
    await table.ledger.create(entry);
    // The place is taken and the result stored; the outcome, which no table takes, is what never comes.
    const dying: TestLedger['ledger'] = {
      ...table.ledger,
      completeElsewhere: (seen, completion) =>
        table.ledger.completeElsewhere(seen, {
          ...completion,
          outcome: { ...completion.outcome, completed_at_ms: Number.NaN },
        }),
    };
    for (let nth = 0; nth < 3; nth += 1) {
      await expect(
        completeTask(entry, result(nth), { ...ports(), ledger: dying }, SETTINGS),
      ).rejects.toThrow();
    }
    expect(await tell(entry, result(3))).toBe(409);
    expect(await tell(entry, { status: 'completed', result: 'small' })).toBe(202);

    const other = external();
    await table.ledger.create(other);
    for (let nth = 0; nth < 3; nth += 1) {
      await expect(
        completeTask(other, result(nth), { ...ports(), ledger: dying }, SETTINGS),
      ).rejects.toThrow();
    }
    expect(await tell(other, result(1))).toBe(202);
  });
});

describe('work that is done here', () => {
  it('keeps a result for each of its runs at most', async () => {
    const entry = acceptedTask({ accepted_at_ms: 0, not_before_ms: 0 });
    await table.ledger.create(entry);
    let atMs = NOW_MS;
    // Each run is overtaken while it stores its result: the lease has lapsed and another run has begun.
    const overtaken = async (nth: number): Promise<void> => {
      await runTask(
        { task_id: entry.task_id, generation: 0, receiveCount: 1 },
        atMs + 60_000,
        {
          ledger: table.ledger,
          callbacks: callbacks.queue,
          now: () => atMs,
          newToken: () => `token-${nth}`,
          tell: () => {},
          runner: async () => {
            atMs += 3_600_000;
            if (nth < MAX_RUNS + 2) await overtaken(nth + 1);
            return { kind: 'completed', resultJson: JSON.stringify(LARGEST) };
          },
        },
        {
          ...SETTINGS,
          maxReceiveCount: 8,
          runTimeoutMs: 50_000,
          apiUrl: 'https://api.example.com',
          taskTimeoutMs: () => undefined,
        },
      );
    };

    await overtaken(1);

    const { kinds, bytes } = await kept();
    expect(kinds).toEqual(['entry', ...Array(MAX_RUNS).fill('result')]);
    expect(bytes).toBeLessThan(storageCeilingBytes(MAX_RUNS));
  });

  it('keeps the beginning of a long error', () => {
    const end = endOfThrow(Object.assign(new Error('€'.repeat(100_000)), { name: '€'.repeat(10_000) }));

    expect(Buffer.byteLength(JSON.stringify(end))).toBeLessThan(4_000);
  });
});

describe('a callback', () => {
  it('keeps its entry as small as it was, however often it is replayed and whatever is answered', async () => {
    let entry = deliveringTask({
      client: 'c'.repeat(900),
      callback_url: `https://receiver.example/${'€'.repeat(2_000)}`,
      outcome: {
        status: 'failed',
        completed_at_ms: NOW_MS,
        error: { type: '€'.repeat(100), message: '€'.repeat(1_000) },
      },
    });
    await table.ledger.create(entry);
    for (let life = 0; life < 15; life += 1) {
      const attempt = {
        attempt: entry.attempt_count + 1,
        at_ms: NOW_MS,
        duration_ms: 15_000,
        status_code: 410,
      };
      const answer = '€'.repeat(200);
      await table.ledger.listDead(entry, 'gone', NOW_MS + life);
      await table.ledger.recordDead(entry, attempt, { reason: 'gone', atMs: NOW_MS + life, answer });
      entry = (await table.ledger.read(entry.task_id)) ?? expect.fail('it is gone');
      await replayTask(
        entry,
        { ledger: table.ledger, callbacks: callbacks.queue, now: () => NOW_MS, tell: () => {} },
        SETTINGS,
      );
      entry = (await table.ledger.read(entry.task_id)) ?? expect.fail('it is gone');
    }

    const { kinds, bytes } = await kept();
    expect(kinds).toEqual(['entry', 'timer']);
    expect(bytes).toBeLessThan(16 * 1024);
    expect(entry.attempts).toHaveLength(10);
  });
});

it('the ceiling of a task with three runs is about 1 MiB', () => {
  expect(storageCeilingBytes(3)).toBe(1_067_008);
});
