import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CallbackAnswer, CallbackRequest } from '../../../lambda/callback/post.ts';
import { cancelTask } from '../../../lambda/complete-task/cancel-task.ts';
import { completeTask } from '../../../lambda/complete-task/complete-task.ts';
import { replayTask } from '../../../lambda/complete-task/replay-task.ts';
import type { TransitionPorts } from '../../../lambda/complete-task/transition.ts';
import { deliverCallback } from '../../../lambda/deliver/deliver-callback.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import { sendDue } from '../../../lambda/wake/send-due.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { loseNextReply } from '../../support/lost-reply.ts';

/** 2025-11-24T16:00:06.000Z: when the requests of these stories come. */
const NOW_MS = 1_764_000_006_000;
const SETTINGS = { deliveryDeadlineMs: 259_200_000, retentionMs: 2_592_000_000 };
const DELIVER_BY_MS = 1_764_259_206_000;

let engines: EmbeddedEngines;
let table: TestLedger;
let callbacks: TestQueue;
let ports: TransitionPorts;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

beforeEach(async () => {
  table = await engines.newLedger();
  callbacks = await engines.newQueue();
  ports = { ledger: table.ledger, callbacks: callbacks.queue, now: () => NOW_MS, tell: () => {} };
});

const external = (differences: Partial<Entry> = {}) =>
  given(acceptedTask({ external_until_ms: 1_764_086_400_000, ...differences }));

async function given(entry: Entry): Promise<Entry> {
  await table.ledger.create(entry);
  return entry;
}

const read = async ({ task_id }: Entry) => (await table.ledger.read(task_id)) as Entry;
const timers = async () => (await table.items()).filter(({ pk }) => String(pk).startsWith('timer#'));

const DONE = { status: 'completed', result: { pages: 3 } } as const;

/** Everything goes wrong between the write and the send: the process is killed there. */
function killedBeforeSend(): TransitionPorts {
  const send = async () => {
    throw new Error('killed');
  };
  return { ...ports, callbacks: { ...callbacks.queue, send } };
}

async function clockStrikes(nowMs: number): Promise<void> {
  const queues = { tasks: callbacks.queue, callbacks: callbacks.queue };
  await sendDue({ ledger: table.ledger, queues, now: () => nowMs, onFault: () => {} }, nowMs + 60_000);
}

/** Hands the message to deliver; the receiver says 200 to whatever comes. */
async function deliver(message: { task_id: string; generation: number }): Promise<CallbackRequest[]> {
  const posts: CallbackRequest[] = [];
  const post = async (request: CallbackRequest): Promise<CallbackAnswer> => {
    posts.push(request);
    return { outcome: { kind: 'delivered', statusCode: 200 } };
  };
  await deliverCallback(
    { ...message, receiveCount: 1 },
    {
      ledger: table.ledger,
      tasks: callbacks.queue,
      deadLetters: callbacks.queue,
      post,
      secrets: async () => ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      breaker: { admits: async () => true, record: async () => {} },
      now: () => NOW_MS + 120_000,
      random: () => 0.5,
      tell: () => {},
    },
    {
      ...SETTINGS,
      retryPolicy: { waitsMs: [5_000] },
      maxReceiveCount: 10,
      apiUrl: 'https://api.example',
    },
  );
  return posts;
}

describe('work that was done elsewhere', () => {
  it('is settled by its completion, and its callback is sent', async () => {
    const entry = await external();

    expect(await completeTask(entry, DONE, ports, SETTINGS)).toEqual({
      status: 'completed',
      task_id: entry.task_id,
      callback_pending: true,
    });

    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      runs: 0,
      outcome: { status: 'completed', completed_at_ms: NOW_MS, result: { json: '{"pages":3}' } },
      deliver_by_ms: DELIVER_BY_MS,
    });
    expect(callbacks.sent).toMatchObject([{ message: { task_id: entry.task_id, generation: 0 } }]);
  });

  it('is settled once, however often the same is told: one by one, and at the same time', async () => {
    const entry = await external();

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => completeTask(entry, DONE, ports, SETTINGS)),
    );
    answers.push(await completeTask(await read(entry), DONE, ports, SETTINGS));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['completed']));
    expect(callbacks.sent).toHaveLength(1);
  });

  it('does not come back to life by a completion that is refused', async () => {
    const dead = deliveringTask({
      task_name: 'manual-review',
      external_until_ms: NOW_MS + 60_000,
      completion_hash: 'of-another-completion',
      state: 'dead',
      generation: 1,
      dead_at_ms: NOW_MS,
    });
    await given(dead);

    await expect(completeTask(await read(dead), DONE, ports, SETTINGS)).rejects.toMatchObject({
      fields: { status: 409 },
    });
    // A timer would, two minutes later: its message would be of the dead entry's own generation.
    expect((await table.items()).filter((item) => item.task_id === dead.task_id)).toHaveLength(1);
  });

  it('keeps its first outcome: another one is a conflict', async () => {
    const entry = await external();
    await completeTask(entry, DONE, ports, SETTINGS);
    const failed = { status: 'failed', error: { type: 'Error', message: 'no paper' } } as const;

    await expect(completeTask(await read(entry), failed, ports, SETTINGS)).rejects.toMatchObject({
      fields: {
        status: 409,
        detail: `Task ${entry.task_id} is settled already, with outcome "completed". GET /api/tasks/${entry.task_id} tells more.`,
      },
    });
  });

  it('may have failed', async () => {
    const entry = await external();
    const error = { type: 'PaperJam', message: 'tray 2' };

    await completeTask(entry, { status: 'failed', error }, ports, SETTINGS);

    expect(await read(entry)).toMatchObject({ state: 'delivering', outcome: { status: 'failed', error } });
  });

  it('is a conflict where the task is run here', async () => {
    const entry = await given(acceptedTask());

    await expect(completeTask(entry, DONE, ports, SETTINGS)).rejects.toMatchObject({
      fields: { status: 409 },
    });
    expect(await read(entry)).toEqual(entry);
  });

  it('waits to be asked for where there is no callback: no timer, no message', async () => {
    const { callback_url: _, ...silent } = acceptedTask({ external_until_ms: 1_764_086_400_000 });
    const entry = await given(silent);

    expect(await completeTask(entry, DONE, ports, SETTINGS)).toMatchObject({ callback_pending: false });

    expect(await read(entry)).toMatchObject({ state: 'completed' });
    expect([await timers(), callbacks.sent]).toEqual([[], []]);
  });
});

describe('a deadline that was raised after the task was submitted', () => {
  const DAY_MS = 86_400_000;
  const RAISED = { deliveryDeadlineMs: 30 * DAY_MS, retentionMs: 60_000 };
  /** 22 days in queues, 30 days of attempts and the retention, from 2025-11-24T16:00:06Z on. */
  const KEPT_UNTIL = 1_768_492_866;

  it.each([
    [
      'a completion',
      () => external({ expires_at: 1_766_000_000 }),
      (entry: Entry) => completeTask(entry, DONE, ports, RAISED),
    ],
    [
      'a cancellation',
      () => given(acceptedTask({ expires_at: 1_766_000_000 })),
      (entry: Entry) => cancelTask(entry, ports, RAISED),
    ],
    [
      'a replay',
      () => given(deliveringTask({ state: 'delivered', expires_at: 1_766_000_000 })),
      (entry: Entry) => replayTask(entry, ports, RAISED),
    ],
  ] as const)('lets %s keep the entry for as long as its callback is owed', async (_what, make, change) => {
    const entry = await make();

    await change(entry);

    expect(await read(entry)).toMatchObject({
      deliver_by_ms: NOW_MS + 30 * DAY_MS,
      expires_at: KEPT_UNTIL,
    });
  });
});

describe('a write whose reply is lost, so that the SDK repeats it and meets its result', () => {
  it.each([
    [
      'a cancellation',
      () => given(acceptedTask()),
      (entry: Entry) => cancelTask(entry, ports, SETTINGS),
      { status: 'cancelled' },
      0,
    ],
    [
      'a completion',
      () => external(),
      (entry: Entry) => completeTask(entry, DONE, ports, SETTINGS),
      { status: 'completed' },
      0,
    ],
    [
      'a replay',
      () => given(deliveringTask({ state: 'delivered' })),
      (entry: Entry) => replayTask(entry, ports, SETTINGS),
      { status: 'delivering' },
      1,
    ],
  ] as const)(
    'is a success of %s, and its callback is sent at once',
    async (...[, make, change, answer, generation]) => {
      const entry = await make();
      loseNextReply(engines.dynamodb.client, 'UpdateItemCommand');

      expect(await change(entry)).toMatchObject(answer);

      expect(await read(entry)).toMatchObject({ state: 'delivering', generation });
      expect(callbacks.sent).toMatchObject([{ message: { task_id: entry.task_id, generation } }]);
    },
  );
});

describe('a crash between the write and the send', () => {
  it.each([
    [
      'a completion',
      () => external(),
      0,
      (entry: Entry, p: TransitionPorts) => completeTask(entry, DONE, p, SETTINGS),
    ],
    [
      'a cancellation',
      () => given(acceptedTask()),
      0,
      (entry: Entry, p: TransitionPorts) => cancelTask(entry, p, SETTINGS),
    ],
    [
      'a replay',
      () => given(deliveringTask({ state: 'delivered' })),
      1,
      (entry: Entry, p: TransitionPorts) => replayTask(entry, p, SETTINGS),
    ],
  ] as const)(
    'of %s leaves a timer, by which the callback is delivered',
    async (_what, make, generation, change) => {
      const entry = await make();

      await expect(change(entry, killedBeforeSend())).rejects.toThrow('killed');

      expect(await read(entry)).toMatchObject({ state: 'delivering', generation });
      expect(await timers()).toMatchObject([
        { at_ms: NOW_MS + 120_000, queue: 'callbacks', task_id: entry.task_id, generation },
      ]);

      await clockStrikes(NOW_MS + 120_000);
      const [message] = (await callbacks.bodies()) as { task_id: string; generation: number }[];
      const posts = await deliver(message ?? { task_id: '', generation: 0 });

      expect(posts).toMatchObject([{ headers: { 'webhook-id': entry.task_id } }]);
      expect(await read(entry)).toMatchObject({ state: 'delivered', generation });
      expect(await timers()).toEqual([]);
    },
  );
});

describe('a task that is cancelled', () => {
  it('is settled without a run, and its callback tells so', async () => {
    const entry = await given(acceptedTask());

    expect(await cancelTask(entry, ports, SETTINGS)).toEqual({
      status: 'cancelled',
      task_id: entry.task_id,
      callback_pending: true,
    });

    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      runs: 0,
      outcome: {
        status: 'cancelled',
        error: { type: 'Cancelled', message: 'the task was cancelled before it was begun' },
      },
    });
    expect(
      await table.ledger.claim(
        entry.task_id,
        { token: 't', expiresAtMs: NOW_MS },
        { nowMs: NOW_MS, maxRuns: 3 },
      ),
    ).toBe(undefined);
  });

  it.each([
    ['running', acceptedTask({ state: 'running' })],
    ['delivering', deliveringTask()],
    ['delivered', deliveringTask({ state: 'delivered' })],
  ])('was not begun: %s is a conflict', async (_state, entry) => {
    await given(entry);

    await expect(cancelTask(entry, ports, SETTINGS)).rejects.toMatchObject({ fields: { status: 409 } });
    expect(await read(entry)).toEqual(entry);
  });

  it('can be cancelled again, as a client does that got no answer: the answer is the same, and nothing is sent', async () => {
    const entry = await given(acceptedTask());
    const first = await cancelTask(entry, ports, SETTINGS);

    // One request was slow and still sees the task as it was; the other sees what has become of it.
    expect(await cancelTask(entry, ports, SETTINGS)).toEqual(first);
    expect(await cancelTask(await read(entry), ports, SETTINGS)).toEqual(first);

    expect(callbacks.sent).toHaveLength(1);
  });

  it('was not claimed in the same moment', async () => {
    const entry = await given(acceptedTask());
    const lease = { token: 'theirs', expiresAtMs: NOW_MS + 60_000 };
    await table.ledger.claim(entry.task_id, lease, { nowMs: NOW_MS, maxRuns: 3 });

    await expect(cancelTask(entry, ports, SETTINGS)).rejects.toMatchObject({ fields: { status: 409 } });
    expect(await read(entry)).toMatchObject({ state: 'running', lease_token: 'theirs' });
  });
});

describe('a callback that is replayed', () => {
  it('begins a new life with the same outcome', async () => {
    const entry = await given(deliveringTask({ state: 'delivered', attempt_count: 2 }));

    expect(await replayTask(entry, ports, SETTINGS)).toMatchObject({ status: 'delivering' });

    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      generation: 1,
      outcome: entry.outcome,
      schedule_base: 2,
      owed_since_ms: NOW_MS,
      deliver_by_ms: DELIVER_BY_MS,
    });
    expect(callbacks.sent).toMatchObject([{ message: { task_id: entry.task_id, generation: 1 } }]);
  });

  it('is taken off the list of the dead', async () => {
    const alive = await given(deliveringTask());
    const attempt = { attempt: 1, at_ms: NOW_MS, duration_ms: 4, status_code: 503 };
    await table.ledger.listDead(alive, 'deadline-passed', NOW_MS);
    await table.ledger.recordDead(alive, attempt, { reason: 'deadline-passed', atMs: NOW_MS });

    await replayTask(await read(alive), ports, SETTINGS);

    expect(await read(alive)).toMatchObject({ state: 'delivering', generation: 2, schedule_base: 1 });
    expect((await table.items()).filter(({ pk }) => String(pk).startsWith('dead#'))).toEqual([]);
  });

  it('gets another timer where the machine slept before the write', async () => {
    const entry = await given(deliveringTask({ state: 'delivered' }));
    let nowMs = NOW_MS;
    const ledger: Ledger = {
      ...table.ledger,
      async replay(...args) {
        nowMs += 180_000;
        return await table.ledger.replay(...args);
      },
    };

    await replayTask(entry, { ...ports, ledger, now: () => nowMs }, SETTINGS);

    const timers = (await table.items()).filter(
      ({ pk, task_id }) => String(pk).startsWith('timer#') && task_id === entry.task_id,
    );
    expect(timers.map(({ at_ms }) => at_ms).sort()).toEqual([NOW_MS + 120_000, NOW_MS + 300_000]);
  });

  it('was settled: one that is still attempted is a conflict', async () => {
    const entry = await given(deliveringTask());

    await expect(replayTask(entry, ports, SETTINGS)).rejects.toMatchObject({ fields: { status: 409 } });
  });
});
