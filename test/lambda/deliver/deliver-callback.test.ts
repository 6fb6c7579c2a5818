import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallbackAnswer, CallbackRequest } from '../../../lambda/callback/post.ts';
import {
  type DeliverPorts,
  type DeliverSettings,
  deliverCallback,
} from '../../../lambda/deliver/deliver-callback.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import type { Received } from '../../../lambda/queue/batch.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { loseNextReply } from '../../support/lost-reply.ts';

/** 2025-11-24T16:00:06.000Z: when the messages of these stories come. */
const NOW_MS = 1_764_000_006_000;

const SETTINGS: DeliverSettings = {
  retryPolicy: { waitsMs: [5_000, 300_000] },
  deliveryDeadlineMs: 259_200_000,
  retentionMs: 2_592_000_000,
  maxReceiveCount: 10,
  apiUrl: 'https://api.example.com',
};

const ACKNOWLEDGED = { kind: 'acknowledge' };
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let deadLetters: TestQueue;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  deadLetters = await engines.newQueue();
});
afterAll(() => engines.stop());

const ok: CallbackAnswer = { outcome: { kind: 'delivered', statusCode: 200 } };
const unavailable: CallbackAnswer = {
  outcome: { kind: 'retry', statusCode: 503 },
  excerpt: 'closed for lunch',
};

type Answer = CallbackAnswer | (() => Promise<CallbackAnswer>);

async function given(entry: Entry): Promise<Entry> {
  await table.ledger.create(entry);
  return entry;
}

interface Circumstances {
  readonly message?: Partial<Received>;
  readonly nowMs?: number;
  readonly random?: number;
  readonly ledger?: Partial<Ledger>;
  /** What the breaker says of any host. */
  readonly admitted?: boolean;
}

/**
 * Hands the task's message to deliver. The receiver gives these answers, each after 40 ms; `posts` are the
 * requests that it saw, `told` the steps that were logged, and `heard` what the breaker was told.
 */
async function receive(
  { task_id, generation }: Entry,
  answers: readonly Answer[] = [],
  { message, nowMs = NOW_MS, random = 0.5, ledger, admitted = true }: Circumstances = {},
) {
  const posts: CallbackRequest[] = [];
  const told: [string, object][] = [];
  const heard: unknown[] = [];
  let clockMs = nowMs;
  const ports: DeliverPorts = {
    ledger: { ...table.ledger, ...ledger },
    tasks: tasks.queue,
    deadLetters: deadLetters.queue,
    post: async (request) => {
      posts.push(request);
      clockMs += 40;
      const answer = answers[posts.length - 1];
      if (answer === undefined) throw new Error('nothing was to be posted');
      return typeof answer === 'function' ? await answer() : answer;
    },
    secrets: async () => [SECRET],
    breaker: {
      admits: async () => admitted,
      record: async (host, attempt) => {
        heard.push([host, attempt]);
      },
    },
    now: () => clockMs,
    random: () => random,
    tell: (step, _entry, fields = {}) => told.push([step, fields]),
  };
  const received = { task_id, generation, receiveCount: 1, ...message };
  return { disposition: await deliverCallback(received, ports, SETTINGS), posts, told, heard };
}

const read = ({ task_id }: Entry) => table.ledger.read(task_id);

const rowsOf = async ({ task_id }: Entry, partition: 'timer#' | 'dead#') =>
  (await table.items()).filter(({ pk, task_id: id }) => String(pk).startsWith(partition) && id === task_id);

describe('a callback that is delivered', () => {
  it('is posted, recorded and acknowledged', async () => {
    const entry = await given(deliveringTask());

    const { disposition, posts, told } = await receive(entry, [ok]);

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(posts).toMatchObject([
      {
        url: 'https://receiver.example/hook?key=1',
        headers: { 'webhook-id': entry.task_id, 'webhook-timestamp': '1764000006' },
        body: `{"status":"completed","task_id":"${entry.task_id}","task_name":"sleep","result":{"slept_seconds":4},"completed_at":"2025-11-24T16:00:05.000Z"}`,
      },
    ]);
    const attempt = { attempt: 1, at_ms: NOW_MS, duration_ms: 40, status_code: 200 };
    expect(await read(entry)).toEqual({
      ...entry,
      state: 'delivered',
      delivered_at_ms: 1_764_000_006_040,
      attempt_count: 1,
      attempts: [attempt],
    });
    expect(told).toEqual([['delivered', attempt]]);
  });

  it("is told in its task's format", async () => {
    const entry = await given(deliveringTask({ callback_format: 'job' }));

    const { posts } = await receive(entry, [ok]);

    expect(posts[0]?.body).toBe(
      `{"job_id":"${entry.task_id}","result_url":"https://api.example.com/api/tasks/${entry.task_id}/result","timestamp":"2025-11-24T16:00:05.000Z","status":"completed"}`,
    );
  });

  it('tells a result that lies beside its entry', async () => {
    const outcome = {
      status: 'completed',
      completed_at_ms: 1_764_000_005_000,
      result: { ref: 'result#our-token' },
    } as const;
    const entry = deliveringTask({ outcome });
    await table.ledger.create(entry);
    await table.ledger.storePayload(entry, { ref: 'result#our-token', json: '{"rows":["many"]}' });

    const { posts } = await receive(entry, [ok]);

    expect(posts[0]?.body).toContain('"result":{"rows":["many"]},');
  });

  it('is posted no more, however often its message comes', async () => {
    const entry = await given(deliveringTask());
    await receive(entry, [ok]);

    expect(await receive(entry)).toEqual({ disposition: ACKNOWLEDGED, posts: [], told: [], heard: [] });
  });
});

describe('one message that SQS hands out twice at the same time', () => {
  it('is never deleted by the one while the other puts it back, although their clocks differ', async () => {
    const entry = await given(deliveringTask());
    const busy: CallbackAnswer = { outcome: { kind: 'retry', statusCode: 429, retryAfterMs: 120_000 } };

    // The slower of the two finds the attempt recorded, and by its clock more time left than a queue's wait.
    let other: Awaited<ReturnType<typeof receive>> | undefined;
    const overtaken = async () => {
      other = await receive(entry, [busy]);
      return busy;
    };
    const { disposition } = await receive(entry, [overtaken], { nowMs: NOW_MS - 500 });

    expect(other?.disposition).toEqual({ kind: 'put-back', afterSeconds: 120 });
    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(await rowsOf(entry, 'timer#')).toMatchObject([
      { at_ms: (await read(entry))?.next_attempt_at_ms, queue: 'callbacks', generation: 0 },
    ]);
  });
});

describe('an attempt that fails', () => {
  it('is recorded, and made again from the queue where that is soon', async () => {
    const entry = await given(deliveringTask());

    const { disposition, told } = await receive(entry, [unavailable]);

    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: 5 });
    const attempt = { attempt: 1, at_ms: NOW_MS, duration_ms: 40, status_code: 503 };
    expect(await read(entry)).toEqual({
      ...entry,
      next_attempt_at_ms: 1_764_000_011_040,
      last_answer: 'closed for lunch',
      attempt_count: 1,
      attempts: [attempt],
    });
    expect(await rowsOf(entry, 'timer#')).toEqual([]);
    expect(told).toEqual([['attempt-failed', { ...attempt, next_attempt_at: '2025-11-24T16:00:11.040Z' }]]);
  });

  it('is made again by a timer where that is long', async () => {
    const entry = await given(deliveringTask({ attempt_count: 1 }));

    const { disposition } = await receive(entry, [
      { outcome: { kind: 'retry', errorClass: 'connection-refused' } },
    ]);

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({
      next_attempt_at_ms: 1_764_000_306_040,
      attempt_count: 2,
      attempts: [{ attempt: 2, at_ms: NOW_MS, duration_ms: 40, error_class: 'connection-refused' }],
    });
    expect(await rowsOf(entry, 'timer#')).toEqual([
      {
        pk: expect.stringMatching(/^timer#[0-7]$/),
        sk: `1764000306040#${entry.task_id}`,
        at_ms: 1_764_000_306_040,
        queue: 'callbacks',
        task_id: entry.task_id,
        generation: 0,
        group: 'receiver.example',
      },
    ]);
  });

  it('is made again when the receiver asks for it, and not at the same time as all others', async () => {
    const asking = await given(deliveringTask());
    const early = await given(deliveringTask());
    const askFor = (retryAfterMs: number): CallbackAnswer => ({
      outcome: { kind: 'retry', statusCode: 429, retryAfterMs },
    });

    expect((await receive(asking, [askFor(60_000)])).disposition).toEqual({
      kind: 'put-back',
      afterSeconds: 60,
    });
    expect((await receive(early, [unavailable], { random: 0 })).disposition).toEqual({
      kind: 'put-back',
      afterSeconds: 4,
    });
  });

  it('keeps its schedule at any receive count: the message is sent again before SQS takes it for poisonous', async () => {
    const entry = await given(deliveringTask());

    const { disposition } = await receive(entry, [unavailable], { message: { receiveCount: 7 } });

    expect(disposition).toEqual({ kind: 'send-again', afterSeconds: 5, group: 'receiver.example' });
    expect(await read(entry)).toMatchObject({ next_attempt_at_ms: 1_764_000_011_040 });
    expect(await rowsOf(entry, 'timer#')).toEqual([]);
  });

  it('is recorded before its message is put back: where it cannot be, there is no answer', async () => {
    const entry = await given(deliveringTask());
    const throttled = async () => {
      throw new Error('throttled');
    };

    await expect(receive(entry, [unavailable], { ledger: { recordFailure: throttled } })).rejects.toThrow(
      'throttled',
    );
    expect(await read(entry)).toEqual(entry);
  });

  it('has its timer before it is recorded: a crash in between finds the attempt still due', async () => {
    const entry = await given(deliveringTask({ attempt_count: 1 }));
    const order: string[] = [];

    await receive(entry, [unavailable], {
      ledger: {
        putTimer: async (timer) => {
          order.push('timer');
          await table.ledger.putTimer(timer);
        },
        recordFailure: async (...args) => {
          order.push('record');
          return await table.ledger.recordFailure(...args);
        },
      },
    });

    expect(order).toEqual(['timer', 'record']);
  });
});

describe('a message that comes before its time', () => {
  it('waits out the rest', async () => {
    const entry = await given(deliveringTask({ next_attempt_at_ms: NOW_MS + 2_500 }));

    expect(await receive(entry)).toMatchObject({
      disposition: { kind: 'put-back', afterSeconds: 3 },
      posts: [],
    });
  });

  it('is dropped where its timer must still stand', async () => {
    const entry = await given(deliveringTask({ next_attempt_at_ms: NOW_MS + 120_001 }));

    expect(await receive(entry)).toMatchObject({ disposition: ACKNOWLEDGED, posts: [] });
  });
});

describe('a callback that is given up', () => {
  it('because the deadline has passed is in the dead-letter queue, on the list and dead', async () => {
    const entry = await given(deliveringTask({ deliver_by_ms: NOW_MS, attempt_count: 7 }));

    const { disposition, told } = await receive(entry, [unavailable]);

    expect(disposition).toEqual(ACKNOWLEDGED);
    const attempt = { attempt: 8, at_ms: NOW_MS, duration_ms: 40, status_code: 503 };
    expect(await read(entry)).toEqual({
      ...entry,
      state: 'dead',
      generation: 1,
      dead_reason: 'deadline-passed',
      dead_at_ms: 1_764_000_006_040,
      last_answer: 'closed for lunch',
      attempt_count: 8,
      attempts: [attempt],
    });
    expect(await rowsOf(entry, 'dead#')).toMatchObject([
      { generation: 1, reason: 'deadline-passed', dead_at_ms: 1_764_000_006_040 },
    ]);
    const [letter] = await deadLetters.receive();
    expect(letter?.Body).toBe(`{"v":1,"task_id":"${entry.task_id}","generation":1}`);
    expect(letter?.MessageAttributes).toMatchObject({
      task_id: { DataType: 'String', StringValue: entry.task_id },
      task_name: { DataType: 'String', StringValue: 'sleep' },
      callback_host: { DataType: 'String', StringValue: 'receiver.example' },
      reason: { DataType: 'String', StringValue: 'deadline-passed' },
      attempts: { DataType: 'String', StringValue: '8' },
    });
    expect(told).toEqual([['dead', { ...attempt, reason: 'deadline-passed' }]]);
  });

  it('at once where the receiver is gone or its address is refused', async () => {
    const gone = await given(deliveringTask());
    const refused = await given(deliveringTask());

    await receive(gone, [{ outcome: { kind: 'give-up', reason: 'gone', statusCode: 410 } }]);
    await receive(refused, [{ outcome: { kind: 'give-up', reason: 'url-refused' } }]);

    expect(await read(gone)).toMatchObject({
      state: 'dead',
      dead_reason: 'gone',
      attempts: [{ status_code: 410 }],
    });
    expect(await read(refused)).toMatchObject({
      state: 'dead',
      dead_reason: 'url-refused',
      attempts: [{ error_class: 'url-refused' }],
    });
    expect(await deadLetters.receive()).toHaveLength(2);
  });

  it('is dead only once its letter and its row are stored', async () => {
    const entry = await given(deliveringTask({ deliver_by_ms: NOW_MS }));
    const unlisted = async () => {
      throw new Error('throttled');
    };

    await expect(receive(entry, [unavailable], { ledger: { listDead: unlisted } })).rejects.toThrow(
      'throttled',
    );

    // The letter is there already, and falls silent until the ledger is as far.
    expect(await read(entry)).toEqual(entry);
    expect(await deadLetters.bodies()).toEqual([{ v: 1, task_id: entry.task_id, generation: 1 }]);
    expect(await receive(entry, [], { message: { generation: 1 } })).toEqual({
      disposition: { kind: 'put-back' },
      posts: [],
      told: [['waiting', { reason: 'the message is newer than the ledger' }]],
      heard: [],
    });
  });

  it('no longer listens to messages of its former life', async () => {
    const dead = await given(deliveringTask({ state: 'dead', generation: 1 }));

    expect(await receive(dead, [], { message: { generation: 0 } })).toMatchObject({
      disposition: ACKNOWLEDGED,
      posts: [],
    });
  });
});

describe('a dead callback whose message is redriven', () => {
  const dead = () =>
    deliveringTask({
      state: 'dead',
      generation: 1,
      attempt_count: 8,
      deliver_by_ms: NOW_MS - 86_400_000,
      dead_at_ms: NOW_MS - 86_000_000,
      dead_reason: 'deadline-passed',
    });

  it('gets an attempt, and is delivered', async () => {
    const entry = await given(dead());

    const { disposition, posts, told } = await receive(entry, [ok]);

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(posts).toHaveLength(1);
    expect(told.map(([step]) => step)).toEqual(['revived', 'delivered']);
    expect(await read(entry)).toMatchObject({
      state: 'delivered',
      generation: 1,
      attempt_count: 9,
      deliver_by_ms: 1_764_259_206_000,
      expires_at: 1_768_752_006,
    });
  });

  it('begins its schedule anew where that fails', async () => {
    const entry = await given(dead());

    expect((await receive(entry, [unavailable])).disposition).toEqual({
      kind: 'put-back',
      afterSeconds: 5,
    });
    expect(await read(entry)).toMatchObject({
      state: 'delivering',
      generation: 1,
      attempt_count: 9,
      schedule_base: 8,
    });
  });

  it('dies again one generation on', async () => {
    const entry = await given(dead());

    await receive(entry, [{ outcome: { kind: 'give-up', reason: 'gone', statusCode: 410 } }]);

    expect(await read(entry)).toMatchObject({ state: 'dead', generation: 2 });
    expect(await deadLetters.bodies()).toEqual([{ v: 1, task_id: entry.task_id, generation: 2 }]);
  });
});

describe('a write whose reply is lost, so that the SDK repeats it and meets its result', () => {
  it('of a redrive goes on with the attempt', async () => {
    const entry = await given(
      deliveringTask({ state: 'dead', generation: 1, dead_at_ms: NOW_MS, dead_reason: 'deadline-passed' }),
    );
    loseNextReply(engines.dynamodb.client, 'UpdateItemCommand');

    const { disposition, posts } = await receive(entry, [ok]);

    expect([disposition, posts.length]).toEqual([ACKNOWLEDGED, 1]);
    expect(await read(entry)).toMatchObject({ state: 'delivered', generation: 1 });
  });

  it('of a 2xx is acknowledged', async () => {
    const entry = await given(deliveringTask());
    loseNextReply(engines.dynamodb.client, 'UpdateItemCommand');

    expect((await receive(entry, [ok])).disposition).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({ state: 'delivered', attempt_count: 1 });
  });

  it('of a failure waits for the attempt that it has planned', async () => {
    const entry = await given(deliveringTask());
    loseNextReply(engines.dynamodb.client, 'UpdateItemCommand');

    expect((await receive(entry, [unavailable])).disposition).toEqual({ kind: 'put-back', afterSeconds: 5 });
    expect(await read(entry)).toMatchObject({ attempt_count: 1, next_attempt_at_ms: 1_764_000_011_040 });
  });

  it('of a death leaves one letter and one row', async () => {
    const entry = await given(deliveringTask());
    loseNextReply(engines.dynamodb.client, 'UpdateItemCommand');

    expect(
      (await receive(entry, [{ outcome: { kind: 'give-up', statusCode: 410, reason: 'gone' } }])).disposition,
    ).toEqual(ACKNOWLEDGED);
    expect(await read(entry)).toMatchObject({ state: 'dead', generation: 1 });
    expect(await rowsOf(entry, 'dead#')).toHaveLength(1);
    expect(deadLetters.sent.filter(({ message }) => message.task_id === entry.task_id)).toHaveLength(1);
  });
});

describe('two deliveries at the same time', () => {
  /** What another delivery of the same callback does while ours is being made. */
  const meanwhile = (entry: Entry, theirs: CallbackAnswer, ours: CallbackAnswer): Answer => {
    return async () => {
      await receive(entry, [theirs]);
      return ours;
    };
  };

  it('record one failure; the other waits for the attempt that is planned', async () => {
    const entry = await given(deliveringTask());

    const { disposition } = await receive(entry, [meanwhile(entry, unavailable, unavailable)]);

    expect(disposition).toEqual({ kind: 'put-back', afterSeconds: 5 });
    expect(await read(entry)).toMatchObject({ state: 'delivering', attempt_count: 1 });
  });

  it('leave it to a later receive where an attempt is due again', async () => {
    const entry = await given(deliveringTask());
    const recordedLongAgo: Answer = async () => {
      await table.ledger.recordFailure(
        entry,
        { attempt: 1, at_ms: NOW_MS - 10_000, duration_ms: 1 },
        { atMs: NOW_MS - 5_000 },
      );
      return unavailable;
    };

    expect((await receive(entry, [recordedLongAgo])).disposition).toEqual({
      kind: 'put-back',
      afterSeconds: 1,
    });
  });

  it('that both find the receiver gone in the same millisecond leave one row on the list', async () => {
    const entry = await given(deliveringTask());
    const gone: CallbackAnswer = { outcome: { kind: 'give-up', statusCode: 410, reason: 'gone' } };

    await receive(entry, [meanwhile(entry, gone, gone)]);

    expect(await read(entry)).toMatchObject({ state: 'dead', dead_at_ms: 1_764_000_006_040 });
    expect(await rowsOf(entry, 'dead#')).toHaveLength(1);
  });

  it('have delivered where one of them has, whichever is recorded first', async () => {
    const failedFirst = await given(deliveringTask());
    const deliveredFirst = await given(deliveringTask());

    const late = await receive(failedFirst, [meanwhile(failedFirst, unavailable, ok)]);
    const early = await receive(deliveredFirst, [meanwhile(deliveredFirst, ok, unavailable)]);

    expect(late.disposition).toEqual(ACKNOWLEDGED);
    expect(early.disposition).toEqual(ACKNOWLEDGED);
    expect(await read(failedFirst)).toMatchObject({ state: 'delivered' });
    expect(await read(deliveredFirst)).toMatchObject({ state: 'delivered' });
  });
});

describe('a message that came to the wrong stage', () => {
  it.each(['accepted', 'running'] as const)('is sent on to the tasks queue (%s)', async (state) => {
    const entry = await given(acceptedTask({ state }));

    expect(await receive(entry)).toMatchObject({ disposition: ACKNOWLEDGED, posts: [] });
    expect(await tasks.bodies()).toEqual([{ v: 1, task_id: entry.task_id, generation: 0 }]);
  });

  it('is a fault where the ledger knows nothing of it', async () => {
    const unknown = acceptedTask();

    await expect(receive(unknown)).rejects.toThrow(`the ledger knows no task ${unknown.task_id}`);
  });
});

describe("a callback whose host's breaker is open", () => {
  /** Owed since 2025-11-24T16:00:05.000Z. */
  const OWED_SINCE_MS = 1_764_000_005_000;
  const FOUR_MINUTES_LATER_MS = 1_764_000_245_000;
  const DEADLINE_MS = 1_764_259_205_000;

  /** Half of the ids are below this one: its looks are neither early nor late. */
  const MIDDLE_ID = () => `80000000${randomUUID().slice(8)}`;

  it('is parked without an attempt, and its entry stays as it is', async () => {
    const entry = await given(deliveringTask({ task_id: MIDDLE_ID() }));

    const { disposition, posts, told } = await receive(entry, [], {
      nowMs: FOUR_MINUTES_LATER_MS,
      admitted: false,
    });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(posts).toEqual([]);
    expect(await read(entry)).toEqual(entry);
    expect(await rowsOf(entry, 'timer#')).toMatchObject([
      { at_ms: OWED_SINCE_MS + 600_000, queue: 'callbacks', generation: 0, group: 'receiver.example' },
    ]);
    expect(told).toEqual([['held-back', { next_attempt_at: '2025-11-24T16:10:05.000Z' }]]);
  });

  it('is looked at again within minutes also after the deployment has shortened the delivery deadline', async () => {
    // Completed with a deadline of 30 days; the settings of this deployment say 3.
    const entry = await given(
      deliveringTask({ task_id: MIDDLE_ID(), deliver_by_ms: OWED_SINCE_MS + 2_592_000_000 }),
    );

    await receive(entry, [], { nowMs: FOUR_MINUTES_LATER_MS, admitted: false });

    expect(await rowsOf(entry, 'timer#')).toMatchObject([{ at_ms: OWED_SINCE_MS + 600_000 }]);
  });

  it('counts its waits from the redrive or the replay that began its present life', async () => {
    const yesterdayMs = OWED_SINCE_MS - 86_400_000;
    const entry = await given(
      deliveringTask({
        task_id: MIDDLE_ID(),
        generation: 1,
        schedule_base: 9,
        attempt_count: 10,
        outcome: { status: 'completed', completed_at_ms: yesterdayMs, result: { json: '1' } },
        owed_since_ms: OWED_SINCE_MS,
      }),
    );

    await receive(entry, [], { nowMs: FOUR_MINUTES_LATER_MS, admitted: false });

    expect(await rowsOf(entry, 'timer#')).toMatchObject([{ at_ms: OWED_SINCE_MS + 600_000 }]);
  });

  it('has one timer, however many copies of its message come', async () => {
    const entry = await given(deliveringTask());
    for (const laterMs of [0, 900, 3_000]) {
      await receive(entry, [], { nowMs: FOUR_MINUTES_LATER_MS + laterMs, admitted: false });
    }
    expect(await rowsOf(entry, 'timer#')).toHaveLength(1);
  });

  it('keeps its place in the schedule', async () => {
    const entry = await given(deliveringTask({ attempt_count: 1, attempts: [] }));
    await receive(entry, [], { admitted: false });

    await receive(entry, [unavailable], { nowMs: FOUR_MINUTES_LATER_MS });
    // The second wait of the schedule, as if nothing had held it back.
    expect(await read(entry)).toMatchObject({
      attempt_count: 2,
      next_attempt_at_ms: FOUR_MINUTES_LATER_MS + 40 + 300_000,
    });
  });

  it('dies past its deadline, with the attempts that were really made', async () => {
    const attempt = { attempt: 1, at_ms: NOW_MS, duration_ms: 15_000, error_class: 'timeout' } as const;
    const entry = await given(deliveringTask({ attempt_count: 1, attempts: [attempt] }));

    const { disposition, posts } = await receive(entry, [], { nowMs: DEADLINE_MS, admitted: false });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(posts).toEqual([]);
    expect(await read(entry)).toMatchObject({
      state: 'dead',
      dead_reason: 'deadline-passed',
      dead_at_ms: DEADLINE_MS,
      generation: 1,
      attempt_count: 1,
      attempts: [attempt],
    });
    expect(await rowsOf(entry, 'dead#')).toMatchObject([{ generation: 1, reason: 'deadline-passed' }]);
    const letter = deadLetters.sent.find(({ message }) => message.task_id === entry.task_id);
    expect(letter).toMatchObject({ message: { generation: 1 }, attributes: { attempts: '1' } });
  });

  it('is attempted at once when it was just redriven', async () => {
    const dead = deliveringTask({
      state: 'dead',
      generation: 1,
      attempt_count: 9,
      dead_at_ms: NOW_MS,
      dead_reason: 'deadline-passed',
    });
    const entry = await given(dead);

    const { disposition, posts } = await receive(entry, [ok], { admitted: false });

    expect(disposition).toEqual(ACKNOWLEDGED);
    expect(posts).toHaveLength(1);
    expect(await read(entry)).toMatchObject({ state: 'delivered', attempt_count: 10 });
  });

  it('is held back once the first attempt after the redrive has failed', async () => {
    const entry = await given(deliveringTask({ generation: 1, schedule_base: 9, attempt_count: 10 }));
    const { posts } = await receive(entry, [], { admitted: false });
    expect(posts).toEqual([]);
  });

  it('hears of every attempt: its host, whether it failed, and how long it took', async () => {
    const first = await receive(await given(deliveringTask()), [ok]);
    const second = await receive(await given(deliveringTask()), [unavailable]);
    expect([...first.heard, ...second.heard]).toEqual([
      ['receiver.example', { failed: false, durationMs: 40 }],
      ['receiver.example', { failed: true, durationMs: 40 }],
    ]);
  });
});
