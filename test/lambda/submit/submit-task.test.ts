import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { SubmitRequest } from '../../../lambda/submit/request.ts';
import { type SubmitPorts, submitTask } from '../../../lambda/submit/submit-task.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { ALICE } from '../../support/entries.ts';
import { loseNextReply } from '../../support/lost-reply.ts';

const NOW_MS = 1_764_000_000_000;
const RETENTION = {
  externalTimeoutMs: () => undefined,
  maxRuns: 3,
  deliveryDeadlineMs: 259_200_000,
  retentionMs: 2_592_000_000,
};
const TASK_ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';
/** What Alice's key `order-42` names. */
const ORDER_42 = 'f4c24336-c8f6-89b6-a91e-c00e6e817ccd';

const REQUEST: SubmitRequest = {
  taskName: 'sleep',
  callbackUrl: 'https://example.com/hook',
  callbackFormat: 'task',
  input: { b: 2, a: [1, { y: 2, x: 1 }] },
};

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let told: [string, string][];
let ports: SubmitPorts;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

beforeEach(async () => {
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  told = [];
  ports = {
    ledger: table.ledger,
    tasks: tasks.queue,
    now: () => NOW_MS,
    newTaskId: () => TASK_ID,
    tell: (step, { task_id }) => told.push([step, task_id]),
  };
});

const submit = (request = REQUEST, key?: string, client = ALICE, with_ = ports) =>
  submitTask(client, request, key, with_, RETENTION);

describe('a task that is submitted', () => {
  it('is in the ledger and in the queue once it is accepted', async () => {
    expect(await submit()).toEqual({ status: 'accepted', task_id: TASK_ID, callback_pending: true });

    expect(await table.ledger.read(TASK_ID)).toEqual({
      v: 1,
      task_id: TASK_ID,
      task_name: 'sleep',
      client: ALICE,
      state: 'accepted',
      generation: 0,
      request_hash: 'Ixr4_OAFebmaL7hs53Q52kM_WkgtjxjRMl9qNKNdC8U',
      callback_url: 'https://example.com/hook',
      callback_format: 'task',
      input: { json: '{"b":2,"a":[1,{"y":2,"x":1}]}' },
      accepted_at_ms: NOW_MS,
      not_before_ms: NOW_MS,
      runs: 0,
      attempt_count: 0,
      schedule_base: 0,
      attempts: [],
      expires_at: 1_768_881_600,
    });
    expect(await tasks.bodies()).toEqual([{ v: 1, task_id: TASK_ID, generation: 0 }]);
    expect(told).toEqual([['accepted', TASK_ID]]);
  });

  it('owes no callback where it names none, and has no input where none was sent', async () => {
    const accepted = await submit({ ...REQUEST, callbackUrl: undefined, input: undefined });

    expect(accepted).toEqual({ status: 'accepted', task_id: TASK_ID, callback_pending: false });
    const entry = await table.ledger.read(TASK_ID);
    expect(entry).not.toHaveProperty('callback_url');
    expect(entry).not.toHaveProperty('input');
  });

  it('keeps a large input beside its entry', async () => {
    await submit({ ...REQUEST, input: 'x'.repeat(511) });

    const ref = 'input#837719a107bc5435e665592a6f0b8422deacda82bba641b63ba86fdcc2573575';
    expect(await table.ledger.read(TASK_ID)).toMatchObject({ input: { ref } });
    expect(await table.ledger.readPayload(TASK_ID, ref)).toBe(`"${'x'.repeat(511)}"`);
  });

  it('is accepted where the reply to its entry is lost, so that the SDK repeats the write and meets its result', async () => {
    loseNextReply(engines.dynamodb.client, 'PutItemCommand');

    expect(await submit()).toMatchObject({ status: 'accepted', task_id: TASK_ID });
    expect(await tasks.bodies()).toEqual([{ v: 1, task_id: TASK_ID, generation: 0 }]);
  });

  it('is not accepted where its message could not be sent', async () => {
    const unreachable = async () => {
      throw new Error('the queue is out of reach');
    };

    await expect(
      submit(REQUEST, undefined, ALICE, { ...ports, tasks: { ...tasks.queue, send: unreachable } }),
    ).rejects.toThrow('out of reach');
    expect(told).toEqual([]);
  });
});

describe('a task whose submission fails', () => {
  const outOfReach = async () => {
    throw new Error('out of reach');
  };
  const withoutQueue = (): SubmitPorts => ({ ...ports, tasks: { ...tasks.queue, send: outOfReach } });

  it('is marked, so that nobody runs it unless its client sends it again', async () => {
    await expect(submit(REQUEST, undefined, ALICE, withoutQueue())).rejects.toThrow('out of reach');

    expect(await table.ledger.read(TASK_ID)).toMatchObject({ state: 'accepted', unsent: true });
  });

  it('is marked also if its input could not be stored, or its entry was stored and the reply lost', async () => {
    const withoutInput = { ...ports, ledger: { ...table.ledger, storePayload: outOfReach } };
    const unheard = {
      ...ports,
      ledger: {
        ...table.ledger,
        create: async (entry: Entry) => {
          await table.ledger.create(entry);
          return await outOfReach();
        },
      },
    };

    await expect(
      submit({ ...REQUEST, input: 'x'.repeat(511) }, 'order-42', ALICE, withoutInput),
    ).rejects.toThrow('out of reach');
    await expect(submit(REQUEST, undefined, ALICE, unheard)).rejects.toThrow('out of reach');

    expect(await table.ledger.read(ORDER_42)).toMatchObject({ unsent: true });
    expect(await table.ledger.read(TASK_ID)).toMatchObject({ unsent: true });
  });

  it('is accepted when its client sends it again with the same key', async () => {
    await expect(submit(REQUEST, 'order-42', ALICE, withoutQueue())).rejects.toThrow('out of reach');

    expect(await submit(REQUEST, 'order-42')).toMatchObject({ status: 'accepted', task_id: ORDER_42 });

    expect(await table.ledger.read(ORDER_42)).toMatchObject({ state: 'accepted', unsent: false });
    expect(await tasks.bodies()).toEqual([{ v: 1, task_id: ORDER_42, generation: 0 }]);
  });

  it('stays accepted where another request with its key was accepted before this one failed', async () => {
    const impatient: SubmitPorts = {
      ...ports,
      tasks: {
        ...tasks.queue,
        send: async () => {
          // Its client has given up on the first request, and sends a second.
          await submit(REQUEST, 'order-42');
          return await outOfReach();
        },
      },
    };

    await expect(submit(REQUEST, 'order-42', ALICE, impatient)).rejects.toThrow('out of reach');

    expect(await table.ledger.read(ORDER_42)).toMatchObject({ state: 'accepted', unsent: false });
  });

  it('stays accepted where a later request with its key fails', async () => {
    await submit(REQUEST, 'order-42');
    const later = { ...withoutQueue(), now: () => NOW_MS + 1_000 };

    await expect(submit(REQUEST, 'order-42', ALICE, later)).rejects.toThrow('out of reach');

    expect(await table.ledger.read(ORDER_42)).not.toHaveProperty('unsent');
  });
});

describe('an Idempotency-Key', () => {
  it('names one task, however often and however fast it is sent', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit(REQUEST, 'order-42')));

    expect(answers).toEqual(
      Array(20).fill({ status: 'accepted', task_id: ORDER_42, callback_pending: true }),
    );
    expect((await table.items()).map(({ sk }) => sk)).toEqual(['entry']);
    expect(told.filter(([step]) => step === 'accepted')).toHaveLength(1);
  });

  it('sends the message of a task again whose first request may have died', async () => {
    await submit(REQUEST, 'order-42');
    await tasks.receive();

    await submit(REQUEST, 'order-42');

    expect(await tasks.bodies()).toEqual([{ v: 1, task_id: ORDER_42, generation: 0 }]);
    expect(told).toEqual([
      ['accepted', ORDER_42],
      ['accepted-again', ORDER_42],
    ]);
  });

  it('sends nothing more once the task has begun, and is answered the same', async () => {
    const first = await submit(REQUEST, 'order-42');
    await tasks.receive();
    await table.ledger.claim(
      ORDER_42,
      { token: 'a-token', expiresAtMs: NOW_MS + 75_000 },
      { nowMs: NOW_MS, maxRuns: 3 },
    );

    expect(await submit(REQUEST, 'order-42')).toEqual(first);
    expect(await tasks.receive()).toEqual([]);
  });

  it('is refused for another request, and the first stays as it is', async () => {
    await submit(REQUEST, 'order-42');
    await tasks.receive();

    await expect(submit({ ...REQUEST, input: 'another' }, 'order-42')).rejects.toMatchObject({
      fields: {
        status: 422,
        title: 'Unprocessable Content',
        detail: `This Idempotency-Key was used for another request, which is task ${ORDER_42}. Use a new key for a new task.`,
      },
    });
    expect(await tasks.receive()).toEqual([]);
    expect(await table.ledger.read(ORDER_42)).toMatchObject({
      input: { json: '{"b":2,"a":[1,{"y":2,"x":1}]}' },
    });
  });

  it("is each client's own", async () => {
    const alices = await submit(REQUEST, 'order-42');
    const bobs = await submit(
      { ...REQUEST, input: 'another' },
      'order-42',
      'arn:aws:iam::123456789012:user/bob',
    );

    expect(bobs.task_id).not.toBe(alices.task_id);
  });
});
