import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { placeInput } from '../../../lambda/ledger/payload.ts';
import type { Timer } from '../../../lambda/ledger/timer.ts';
import type { Received } from '../../../lambda/queue/batch.ts';
import { type RunPorts, type RunSettings, runTask } from '../../../lambda/run/run-task.ts';
import type { RunEnd, TaskRunner } from '../../../lambda/run/task-runner.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { loseNextReply } from '../../support/lost-reply.ts';

/** 2025-11-24T16:00:05.000Z: when the messages of these stories come. */
const NOW_MS = 1_764_000_005_000;
/** The function's time: 60 s for the work and 10 s more. */
const ENDS_AT_MS = NOW_MS + 70_000;

const SETTINGS: RunSettings = {
  maxRuns: 3,
  maxReceiveCount: 8,
  runTimeoutMs: 60_000,
  deliveryDeadlineMs: 259_200_000,
  retentionMs: 2_592_000_000,
  apiUrl: 'https://api.example',
  taskTimeoutMs: (name) => (name === 'brief' ? 10_000 : undefined),
};

const ACKNOWLEDGED = { kind: 'acknowledge' };

let engines: EmbeddedEngines;
let table: TestLedger;
let callbacks: TestQueue;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  callbacks = await engines.newQueue();
});
afterAll(() => engines.stop());

/** The work, done at once; `runs` are the jobs that it was given and their time limits. */
function work(...ends: (RunEnd | (() => Promise<RunEnd>))[]) {
  const runs: Parameters<TaskRunner>[] = [];
  const runner: TaskRunner = async (job, limits) => {
    runs.push([job, limits]);
    const end = ends[runs.length - 1];
    if (end === undefined) throw new Error('the work was not to be done');
    return typeof end === 'function' ? await end() : end;
  };
  return { runner, runs };
}

const completed: RunEnd = { kind: 'completed', resultJson: '{"slept_seconds":4}' };

async function given(entry: Entry): Promise<Entry> {
  await table.ledger.create(entry);
  return entry;
}

interface Circumstances {
  readonly runner?: TaskRunner;
  readonly message?: Partial<Received>;
  readonly nowMs?: number;
}

/** Hands the task's message to run; what it told is in `told`. */
async function receive({ task_id, generation }: Entry, circumstances: Circumstances = {}) {
  const told: [string, object][] = [];
  const ports: RunPorts = {
    ledger: table.ledger,
    callbacks: callbacks.queue,
    runner: circumstances.runner ?? work().runner,
    now: () => circumstances.nowMs ?? NOW_MS,
    newToken: () => 'our-token',
    tell: (step, _entry, fields = {}) => told.push([step, fields]),
  };
  const message = { task_id, generation, receiveCount: 1, ...circumstances.message };
  return { disposition: await runTask(message, ENDS_AT_MS, ports, SETTINGS), told };
}

const sentFor = ({ task_id }: Entry) => callbacks.sent.filter(({ message }) => message.task_id === task_id);

const read = ({ task_id }: Entry) => table.ledger.read(task_id);

const timersOf = async ({ task_id }: Entry) =>
  (await table.items()).filter(({ pk, task_id: id }) => String(pk).startsWith('timer#') && id === task_id);

describe('a task that is claimed when its invocation has no time left', () => {
  it('is not begun, and is left to another invocation once the lease lapses', async () => {
    const entry = await given(acceptedTask());
    const { runner, runs } = work();

    const { disposition } = await receive(entry, { runner, nowMs: ENDS_AT_MS - 5_000 });

    expect(runs).toEqual([]);
    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: 10 });
    expect(await read(entry)).toMatchObject({ state: 'running', lease_expires_at_ms: ENDS_AT_MS + 5_000 });
  });
});

describe('a task that is run', () => {
  it('is claimed, run, completed, and its callback sent', async () => {
    const entry = await given(acceptedTask({ input: { json: '{"seconds":4}' } }));
    const { runner, runs } = work(completed);

    const { disposition, told } = await receive(entry, { runner });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(runs).toEqual([
      [
        {
          taskName: 'sleep',
          taskId: entry.task_id,
          run: 1,
          inputJson: '{"seconds":4}',
          resultUrl: `https://api.example/api/tasks/${entry.task_id}/result`,
          callbackUrl: 'https://receiver.example/hook?key=1',
        },
        { limitMs: 60_000, leftMs: 65_000 },
      ],
    ]);
    expect(await read(entry)).toEqual({
      ...entry,
      state: 'delivering',
      runs: 1,
      outcome: {
        status: 'completed',
        completed_at_ms: 1_764_000_005_000,
        result: { json: '{"slept_seconds":4}' },
      },
      deliver_by_ms: 1_764_259_205_000,
      // 22 days in queues, 3 days of attempts and 30 days of retention from now on.
      expires_at: 1_768_752_005,
    });
    expect(await callbacks.bodies()).toEqual([{ v: 1, task_id: entry.task_id, generation: 0 }]);
    expect(told).toEqual([
      ['running', { run: 1 }],
      ['completed', { run: 1 }],
    ]);
  });

  it('holds its lease five seconds longer than the invocation can last', async () => {
    const entry = await given(acceptedTask());
    let during: Entry | undefined;
    const { runner } = work(async () => {
      during = await read(entry);
      return completed;
    });

    await receive(entry, { runner });

    expect(during).toMatchObject({
      state: 'running',
      lease_token: 'our-token',
      lease_expires_at_ms: 1_764_000_080_000,
    });
  });

  it('has its input and its result beside the entry where they are large', async () => {
    const large = JSON.stringify('x'.repeat(600));
    const { payload, stored } = placeInput(large);
    const entry = acceptedTask({ input: payload });
    await table.ledger.create(entry);
    await table.ledger.storePayload(entry, stored ?? expect.fail('it is small'));
    const { runner, runs } = work({ kind: 'completed', resultJson: large });

    await receive(entry, { runner });

    expect(runs[0]?.[0].inputJson).toBe(large);
    expect(await read(entry)).toMatchObject({ outcome: { result: { ref: 'result#our-token' } } });
    expect(await table.ledger.readPayload(entry.task_id, 'result#our-token')).toBe(large);
  });

  it('is settled where it owes no callback', async () => {
    const { callback_url: _none, ...withoutCallback } = acceptedTask();
    const entry = await given(withoutCallback);

    expect((await receive(entry, { runner: work(completed).runner })).disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({ state: 'completed' });
    expect(sentFor(entry)).toEqual([]);
  });

  it('has the time that its definition gives, and never more than the invocation can spare', async () => {
    const brief = await given(acceptedTask({ task_name: 'brief' }));
    const late = await given(acceptedTask());
    const { runner, runs } = work(completed, completed);

    await receive(brief, { runner });
    await receive(late, { runner, nowMs: ENDS_AT_MS - 15_000 });

    // Five seconds are kept for storing the outcome.
    expect(runs.map(([, limits]) => limits)).toEqual([
      { limitMs: 10_000, leftMs: 65_000 },
      { limitMs: 60_000, leftMs: 10_000 },
    ]);
  });

  it.each(['failed', 'timeout'] as const)('has an outcome also where it %s', async (kind) => {
    const entry = await given(acceptedTask());
    const error = { type: 'RangeError', message: 'no rows' };

    const { disposition, told } = await receive(entry, { runner: work({ kind, error }).runner });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      outcome: { status: kind, completed_at_ms: NOW_MS, error },
    });
    expect(sentFor(entry)).toMatchObject([
      { message: { task_id: entry.task_id, generation: 0 }, delaySeconds: 0 },
    ]);
    expect(told.at(-1)).toEqual([kind, { run: 1, error_type: 'RangeError' }]);
  });

  it('is told in the log by the class of its error, and by nothing that work may call it instead', async () => {
    const entry = await given(acceptedTask());
    const error = { type: 'no rows for alice@example.com', message: 'no rows' };

    const { told } = await receive(entry, { runner: work({ kind: 'failed', error }).runner });

    expect(told.at(-1)).toEqual(['failed', { run: 1, error_type: 'Error' }]);
    expect(await read(entry)).toMatchObject({ outcome: { error } });
  });
});

describe('a task that asks for another run', () => {
  const again = (afterSeconds?: number): RunEnd => ({
    kind: 'retry',
    error: { type: 'RetryableTaskError', message: 'busy' },
    afterSeconds,
  });

  it.each([
    [1, 1],
    [2, 2],
  ])('after run %i gets it in %i s', async (run, seconds) => {
    const entry = await given(acceptedTask({ runs: run - 1 }));

    const { disposition } = await receive(entry, { runner: work(again()).runner });

    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: seconds });
    expect(await read(entry)).toEqual({
      ...entry,
      state: 'accepted',
      runs: run,
      not_before_ms: NOW_MS + seconds * 1_000,
    });
    expect(sentFor(entry)).toEqual([]);
  });

  it('gets it when it asks for it, from the queue where that is soon', async () => {
    const entry = await given(acceptedTask());

    const { disposition, told } = await receive(entry, { runner: work(again(90)).runner });

    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: 90 });
    expect(told.at(-1)).toEqual(['run-retry', { run: 1, next_run_at: '2025-11-24T16:01:35.000Z' }]);
  });

  it('gets it by a timer where that is long', async () => {
    const entry = await given(acceptedTask());

    const { disposition } = await receive(entry, { runner: work(again(3_600)).runner });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(await timersOf(entry)).toMatchObject([
      {
        at_ms: 1_764_003_605_000,
        queue: 'tasks',
        task_id: entry.task_id,
        generation: 0,
        group: entry.client,
      },
    ]);
    expect(await read(entry)).toMatchObject({ state: 'accepted', not_before_ms: 1_764_003_605_000 });
  });

  it('gets it by a timer where its message could soon be taken for a poisonous one', async () => {
    const entry = await given(acceptedTask());

    const { disposition } = await receive(entry, {
      runner: work(again(1)).runner,
      message: { receiveCount: 5 },
    });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(await timersOf(entry)).toMatchObject([{ at_ms: 1_764_000_125_000 }]);
  });

  it('has failed where that was the last run', async () => {
    const entry = await given(acceptedTask({ runs: 2 }));

    expect((await receive(entry, { runner: work(again()).runner })).disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      runs: 3,
      outcome: { status: 'failed', error: { type: 'RetryableTaskError', message: 'busy' } },
    });
    expect(sentFor(entry)).toHaveLength(1);
  });
});

describe('a message whose task cannot be claimed', () => {
  const held = { state: 'running', lease_token: 'another-token' } as const;

  it('is put back with what is left of a live lease, and never acknowledged', async () => {
    const entry = await given(acceptedTask({ ...held, runs: 1, lease_expires_at_ms: NOW_MS + 41_500 }));

    const { disposition, told } = await receive(entry);

    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: 42 });
    expect(told).toEqual([['waiting', { reason: 'another run holds the lease' }]]);
    expect(await read(entry)).toEqual(entry);
  });

  it('takes a lapsed lease over: the work is run again', async () => {
    const entry = await given(acceptedTask({ ...held, runs: 1, lease_expires_at_ms: NOW_MS - 1 }));
    const { runner, runs } = work(completed);

    expect((await receive(entry, { runner })).disposition).toEqual(ACKNOWLEDGED);
    expect(runs[0]?.[0].run).toBe(2);
  });

  it('of a poisonous task tells its caller so, without another run', async () => {
    const entry = await given(acceptedTask({ ...held, runs: 3, lease_expires_at_ms: NOW_MS - 1 }));

    expect((await receive(entry)).disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      runs: 3,
      outcome: {
        status: 'failed',
        error: {
          type: 'RunsExhausted',
          message:
            'the task was started 3 times and never ended: its process died, ran out of time or could not be started',
        },
      },
      deliver_by_ms: 1_764_259_205_000,
    });
    expect(sentFor(entry)).toMatchObject([
      { message: { task_id: entry.task_id, generation: 0 }, delaySeconds: 0 },
    ]);
  });

  it('of work done elsewhere waits for its time to end, and then tells so', async () => {
    const waiting = await given(acceptedTask({ external_until_ms: NOW_MS + 3_600_000 }));
    const late = await given(acceptedTask({ external_until_ms: NOW_MS, not_before_ms: NOW_MS - 86_400_000 }));

    expect((await receive(waiting)).disposition).toEqual(ACKNOWLEDGED);
    expect((await receive(late)).disposition).toEqual(ACKNOWLEDGED);

    expect(await read(waiting)).toEqual(waiting);
    expect(await read(late)).toMatchObject({
      state: 'delivering',
      runs: 0,
      outcome: {
        status: 'timeout',
        error: { type: 'Timeout', message: 'the task was not completed within 86400 s' },
      },
      expires_at: 1_768_752_005,
    });
    expect([sentFor(waiting), sentFor(late)]).toMatchObject([
      [],
      [{ message: { task_id: late.task_id, generation: 0 } }],
    ]);
  });

  it('waits where it comes before its time', async () => {
    const soon = await given(acceptedTask({ not_before_ms: NOW_MS + 3_000 }));
    const distant = await given(acceptedTask({ not_before_ms: NOW_MS + 3_600_000 }));

    expect((await receive(soon)).disposition).toEqual({ kind: 'put-back', afterSeconds: 3 });
    expect((await receive(distant)).disposition).toEqual(ACKNOWLEDGED);
  });

  it('is sent on to the stage that its task has reached', async () => {
    const delivering = await given(deliveringTask());
    const dead = await given(deliveringTask({ state: 'dead', generation: 1 }));

    expect((await receive(delivering)).disposition).toEqual(ACKNOWLEDGED);
    expect((await receive(dead)).disposition).toEqual(ACKNOWLEDGED);
    expect([...sentFor(delivering), ...sentFor(dead)]).toMatchObject([
      // Its callback may be on its way at this moment: this message is for the case that it is not.
      { message: { task_id: delivering.task_id, generation: 0 }, delaySeconds: 30 },
      { message: { task_id: dead.task_id, generation: 1 }, delaySeconds: 0 },
    ]);
  });

  it('is acknowledged where all is done', async () => {
    const delivered = await given(deliveringTask({ state: 'delivered' }));

    expect((await receive(delivered)).disposition).toEqual(ACKNOWLEDGED);
    expect(sentFor(delivered)).toEqual([]);
  });

  it('is a fault where the ledger knows nothing of it', async () => {
    const unknown = acceptedTask();

    await expect(receive(unknown)).rejects.toThrow(`the ledger knows no task ${unknown.task_id}`);
  });
});

describe('a run that was overtaken', () => {
  const overtake = (entry: Entry) => async (): Promise<RunEnd> => {
    const nowMs = ENDS_AT_MS + 6_000;
    const lease = { token: 'another-token', expiresAtMs: nowMs + 75_000 };
    await table.ledger.claim(entry.task_id, lease, { nowMs, maxRuns: 3 });
    return completed;
  };

  it('discards its result and leaves its message to the other', async () => {
    const entry = await given(acceptedTask());

    const { disposition } = await receive(entry, { runner: work(overtake(entry)).runner });

    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: 151 });
    expect(await read(entry)).toMatchObject({ state: 'running', lease_token: 'another-token', runs: 2 });
    expect(sentFor(entry)).toEqual([]);
  });

  it('sees that its callback is sent where the other has completed', async () => {
    const entry = await given(acceptedTask());
    const { runner } = work(async () => {
      await overtake(entry)();
      await table.ledger.complete(entry, 'another-token', {
        outcome: { status: 'completed', completed_at_ms: NOW_MS, result: { json: '"theirs"' } },
        deliverByMs: NOW_MS + 259_200_000,
      });
      return completed;
    });

    expect((await receive(entry, { runner })).disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({ outcome: { result: { json: '"theirs"' } } });
    expect(sentFor(entry)).toMatchObject([{ message: { task_id: entry.task_id, generation: 0 } }]);
  });
});

describe('an outcome whose reply is lost, so that the SDK repeats the write and meets its result', () => {
  it('is stored, and its callback is sent at once', async () => {
    const entry = await given(acceptedTask());
    const { runner } = work(async () => {
      loseNextReply(engines.dynamodb.client, 'UpdateItemCommand');
      return completed;
    });

    const { disposition, told } = await receive(entry, { runner });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(told.at(-1)).toEqual(['completed', { run: 1 }]);
    expect(sentFor(entry)).toEqual([
      { message: { task_id: entry.task_id, generation: 0 }, delaySeconds: 0, group: 'receiver.example' },
    ]);
  });
});

describe('a crash', () => {
  it('between the outcome and its callback message is mended by the next receive', async () => {
    const entry = await given(acceptedTask());
    const broken: RunPorts = {
      ledger: table.ledger,
      callbacks: {
        ...callbacks.queue,
        send: async () => {
          throw new Error('the queue is out of reach');
        },
      },
      runner: work(completed).runner,
      now: () => NOW_MS,
      newToken: () => 'our-token',
      tell: () => {},
    };
    const message = { task_id: entry.task_id, generation: 0, receiveCount: 1 };

    await expect(runTask(message, ENDS_AT_MS, broken, SETTINGS)).rejects.toThrow('out of reach');
    expect((await receive(entry, { message: { receiveCount: 2 } })).disposition).toEqual(ACKNOWLEDGED);
    expect(sentFor(entry)).toMatchObject([{ message: { task_id: entry.task_id, generation: 0 } }]);
  });

  it('between the timer and the release leaves the run to its lease', async () => {
    const entry = await given(acceptedTask());
    const timers: Timer[] = [];
    const ports: RunPorts = {
      ledger: {
        ...table.ledger,
        putTimer: async (timer) => {
          // The way back is laid while the lease still counts.
          expect(await read(entry)).toMatchObject({ state: 'running', lease_token: 'our-token' });
          timers.push(timer);
        },
        release: async () => {
          throw new Error('the ledger is out of reach');
        },
      },
      callbacks: callbacks.queue,
      runner: work({
        kind: 'retry',
        error: { type: 'RetryableTaskError', message: 'busy' },
        afterSeconds: 3_600,
      }).runner,
      now: () => NOW_MS,
      newToken: () => 'our-token',
      tell: () => {},
    };
    const message = { task_id: entry.task_id, generation: 0, receiveCount: 1 };

    await expect(runTask(message, ENDS_AT_MS, ports, SETTINGS)).rejects.toThrow('out of reach');
    expect(timers).toHaveLength(1);
  });
});
