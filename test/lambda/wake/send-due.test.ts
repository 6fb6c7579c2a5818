import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import type { Timer } from '../../../lambda/ledger/timer.ts';
import type { Envelope, Queue } from '../../../lambda/queue/queue.ts';
import { sendDue, type WakePorts } from '../../../lambda/wake/send-due.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../../support/embedded-engines.ts';

const NOW_MS = 1_764_000_000_000;
const IN_TIME_MS = NOW_MS + 55_000;
const NOTHING_LEFT = { unreadShards: 0, shardsLeft: 0, oldestOverdueSeconds: 0 };

let engines: EmbeddedEngines;
beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function timer(n: number, at_ms: number, differences: Partial<Timer> = {}): Timer {
  return {
    at_ms,
    queue: 'callbacks',
    task_id: id(n),
    generation: 0,
    group: 'receiver.example',
    ...differences,
  };
}

/** A clock over a ledger with these timers, two queues, and what was sent to each. */
async function clockWith(
  timers: readonly Timer[],
  broken: { ledger?: Partial<Ledger>; callbacks?: Queue } = {},
) {
  const table = await engines.newLedger();
  for (const each of timers) await table.ledger.putTimer(each);
  const tasks = await engines.newQueue();
  const callbacks = await engines.newQueue();
  const envelopes: Envelope[] = [];
  const faults: unknown[] = [];
  const watched = (queue: Queue): Queue => ({
    ...queue,
    sendBatch: async (batch) => {
      envelopes.push(...batch);
      return await queue.sendBatch(batch);
    },
  });
  const ports: WakePorts = {
    ledger: { ...table.ledger, ...broken.ledger },
    queues: { tasks: watched(tasks.queue), callbacks: watched(broken.callbacks ?? callbacks.queue) },
    now: () => NOW_MS,
    onFault: (error) => faults.push(error),
  };
  const left = async () => (await table.items()).map(({ sk }) => sk).toSorted();
  return { ports, table, tasks, callbacks, envelopes, faults, left };
}

describe('the clock', () => {
  it('sends what is due within the next minute, to the second, and deletes its timers', async () => {
    const { ports, envelopes, tasks, callbacks, left } = await clockWith([
      timer(1, NOW_MS - 3_600_000),
      timer(2, NOW_MS + 1, { generation: 2 }),
      timer(3, NOW_MS + 60_000, { queue: 'tasks', group: 'alice' }),
      timer(4, NOW_MS + 60_001),
    ]);

    expect(await sendDue(ports, IN_TIME_MS)).toEqual({ sent: 3, failed: 0, ...NOTHING_LEFT });

    const group = 'receiver.example';
    expect(envelopes.toSorted((a, b) => a.message.task_id.localeCompare(b.message.task_id))).toEqual([
      { message: { task_id: id(1), generation: 0 }, delaySeconds: 0, group },
      { message: { task_id: id(2), generation: 2 }, delaySeconds: 1, group },
      { message: { task_id: id(3), generation: 0 }, delaySeconds: 60, group: 'alice' },
    ]);
    expect(await callbacks.bodies()).toEqual([{ v: 1, task_id: id(1), generation: 0 }]);
    expect(await tasks.bodies()).toEqual([]);
    expect(await left()).toEqual([`1764000060001#${id(4)}`]);
  });

  it('sends hundreds in batches of ten', async () => {
    const { ports, left } = await clockWith(
      Array.from({ length: 250 }, (_, n) => timer(n, NOW_MS, { queue: n % 2 === 0 ? 'tasks' : 'callbacks' })),
    );

    expect(await sendDue(ports, IN_TIME_MS)).toEqual({ sent: 250, failed: 0, ...NOTHING_LEFT });
    expect(await left()).toEqual([]);
  });

  it('has nothing to do where nothing is due', async () => {
    const { ports, envelopes } = await clockWith([]);

    expect(await sendDue(ports, IN_TIME_MS)).toEqual({ sent: 0, failed: 0, ...NOTHING_LEFT });
    expect(envelopes).toEqual([]);
  });

  it('keeps the timers of what a queue did not take, one by one', async () => {
    const picky = await engines.newQueue();
    const refusing: Queue = {
      ...picky.queue,
      sendBatch: async (envelopes) => {
        const stored = await picky.queue.sendBatch(
          envelopes.filter(({ message }) => message.generation === 0),
        );
        return envelopes.map(({ message }) => (message.generation === 0 ? stored.shift() === true : false));
      },
    };
    // All four are in one shard's batch.
    const times = [0, 1, 2, 3].map((n) => timer(1, NOW_MS + n, { generation: n % 2 }));
    const { ports, left } = await clockWith(times, { callbacks: refusing });

    expect(await sendDue(ports, IN_TIME_MS)).toEqual({ sent: 2, failed: 2, ...NOTHING_LEFT });
    expect(await left()).toEqual([`1764000000001#${id(1)}`, `1764000000003#${id(1)}`]);
  });

  it('keeps the timers of a queue that is out of reach, and still serves the other', async () => {
    const gone = await engines.newQueue();
    await engines.sqs.call('DeleteQueue', { QueueUrl: gone.url });
    const { ports, faults, left } = await clockWith(
      [timer(1, NOW_MS), timer(1, NOW_MS + 1, { queue: 'tasks' })],
      { callbacks: gone.queue },
    );

    expect(await sendDue(ports, IN_TIME_MS)).toEqual({ sent: 1, failed: 1, ...NOTHING_LEFT });
    expect(faults).toMatchObject([{ name: 'QueueDoesNotExist' }]);
    expect(await left()).toEqual([`1764000000000#${id(1)}`]);
  });

  it('sends again what it could not delete', async () => {
    const throttled = new Error('throttled');
    const deleteTimers = async () => {
      throw throttled;
    };
    const { ports, table, faults, left } = await clockWith([timer(1, NOW_MS)], { ledger: { deleteTimers } });

    expect(await sendDue(ports, IN_TIME_MS)).toEqual({ sent: 1, failed: 0, ...NOTHING_LEFT });
    expect(faults).toEqual([throttled]);
    expect(await left()).toEqual([`1764000000000#${id(1)}`]);
    expect(await sendDue({ ...ports, ledger: table.ledger }, IN_TIME_MS)).toEqual({
      sent: 1,
      failed: 0,
      ...NOTHING_LEFT,
    });
    expect(await left()).toEqual([]);
  });

  it('begins nothing when its time is up, and reports how late what is left is: the next minute finds it', async () => {
    const { ports, left } = await clockWith([
      timer(1, NOW_MS - 90_500),
      timer(1, NOW_MS - 30_000),
      // In another shard, and not yet due.
      timer(2, NOW_MS + 10_000),
    ]);

    expect(await sendDue(ports, NOW_MS)).toEqual({
      sent: 0,
      failed: 0,
      unreadShards: 0,
      shardsLeft: 2,
      oldestOverdueSeconds: 91,
    });
    expect(await left()).toHaveLength(3);
  });

  it('reports what is left of a shard that it has begun, as of when it stops', async () => {
    // One shard: four batches of ten are sent, then the time is up.
    const { ports, envelopes } = await clockWith(
      Array.from({ length: 50 }, (_, n) => timer(1, NOW_MS - 50_000 + 1_000 * n)),
    );
    const now = () => (envelopes.length < 40 ? NOW_MS : IN_TIME_MS);

    expect(await sendDue({ ...ports, now }, IN_TIME_MS)).toEqual({
      sent: 40,
      failed: 0,
      unreadShards: 0,
      shardsLeft: 1,
      // The 41st was due 10 s before the start; 55 s have passed since.
      oldestOverdueSeconds: 65,
    });
  });

  it('reports how late a timer is whose message could not be sent', async () => {
    const gone = await engines.newQueue();
    await engines.sqs.call('DeleteQueue', { QueueUrl: gone.url });
    const { ports } = await clockWith([timer(1, NOW_MS - 600_000)], { callbacks: gone.queue });

    expect(await sendDue(ports, IN_TIME_MS)).toMatchObject({
      failed: 1,
      shardsLeft: 0,
      oldestOverdueSeconds: 600,
    });
  });

  it('serves the other shards where one cannot be read', async () => {
    const table = await engines.newLedger();
    const throttled = new Error('throttled');
    const { ports, faults } = await clockWith([], {
      ledger: {
        ...table.ledger,
        async *dueTimers(shard, untilMs) {
          if (shard === 0) throw throttled;
          yield* table.ledger.dueTimers(shard, untilMs);
        },
      },
    });
    // Its task is in shard 1.
    await table.ledger.putTimer(timer(1, NOW_MS));

    expect(await sendDue(ports, IN_TIME_MS)).toMatchObject({ sent: 1, unreadShards: 1 });
    expect(faults).toEqual([throttled]);
    expect(await table.items()).toEqual([]);
  });
});
