import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LoggableError } from '../../../lambda/loggable-error.ts';
import {
  ACKNOWLEDGE,
  answerBatch,
  type BatchOptions,
  type Disposition,
} from '../../../lambda/queue/batch.ts';
import { encodeMessage, MalformedMessageError } from '../../../lambda/queue/message.ts';
import type { Envelope, Queue } from '../../../lambda/queue/queue.ts';
import { sqsEvent, sqsRecord } from '../../support/lambda-events.ts';

const BODY = encodeMessage({ task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10', generation: 0 });

/** A batch's options, and what came of it. */
function watched(
  comeBackAfter: Queue['comeBackAfter'] = async () => {},
  send: Queue['send'] = async () => {},
) {
  const waits: [string, number][] = [];
  const faults: [unknown, string][] = [];
  const queue: Queue = {
    send,
    sendBatch: async () => [],
    comeBackAfter: async (handle, seconds) => {
      waits.push([handle, seconds]);
      await comeBackAfter(handle, seconds);
    },
  };
  const options: BatchOptions = {
    queue,
    remainingMs: 30_000,
    onFault: (error, messageId) => faults.push([error, messageId]),
  };
  return { options, waits, faults };
}

const record = (messageId: string, body = BODY) =>
  sqsRecord(body, { messageId, receiptHandle: `handle-of-${messageId}` });

/** A stage that does with the n-th message what the n-th entry says. */
function inOrder(...ends: (() => Disposition | Promise<Disposition>)[]) {
  let next = 0;
  return async () => {
    const end = ends[next++];
    if (end === undefined) throw new Error('more messages than expected');
    return await end();
  };
}

describe('the answer to a batch', () => {
  it('names those that come back, and no other', async () => {
    const { options, waits, faults } = watched();

    const answer = await answerBatch(
      sqsEvent(record('done'), record('later'), record('sometime')),
      options,
      inOrder(
        () => ACKNOWLEDGE,
        () => ({ kind: 'put-back', afterSeconds: 5 }),
        () => ({ kind: 'put-back' }),
      ),
    );

    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'later' }, { itemIdentifier: 'sometime' }],
    });
    expect(waits).toEqual([['handle-of-later', 5]]);
    expect(faults).toEqual([]);
  });

  it('acknowledges a message that is to be sent again once the new one is stored', async () => {
    const sent: Envelope[] = [];
    const { options, waits } = watched(undefined, async (envelope) => void sent.push(envelope));

    const answer = await answerBatch(
      sqsEvent(record('again')),
      options,
      inOrder(() => ({ kind: 'send-again', afterSeconds: 5, group: 'receiver.example' })),
    );

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(sent).toEqual([
      {
        message: { task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10', generation: 0 },
        delaySeconds: 5,
        group: 'receiver.example',
      },
    ]);
    expect(waits).toEqual([]);
  });

  it('never acknowledges a message whose successor could not be sent', async () => {
    const { options, faults } = watched(undefined, async () => {
      throw new Error('the queue is out of reach');
    });

    const answer = await answerBatch(
      sqsEvent(record('again')),
      options,
      inOrder(() => ({ kind: 'send-again', afterSeconds: 5, group: 'receiver.example' })),
    );

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'again' }] });
    expect(faults).toEqual([[new Error('the queue is out of reach'), 'again']]);
  });

  it('tells the stage how often SQS has handed the message out', async () => {
    const seen: unknown[] = [];
    const seventh = sqsRecord(BODY, {
      attributes: {
        ApproximateReceiveCount: '7',
        SentTimestamp: '1764000000000',
        SenderId: 'AROAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '1764000000123',
      },
    });

    await answerBatch(sqsEvent(seventh), watched().options, async (received) => {
      seen.push(received);
      return ACKNOWLEDGE;
    });

    expect(seen).toEqual([
      { task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10', generation: 0, receiveCount: 7 },
    ]);
  });

  it('keeps a foreign message and a fault of ours from their neighbours', async () => {
    const { options, faults } = watched();
    const fault = new Error('throttled');

    const answer = await answerBatch(
      sqsEvent(record('foreign', '{"Type":"Notification"}'), record('faulty'), record('done')),
      options,
      inOrder(
        () => {
          throw fault;
        },
        () => ACKNOWLEDGE,
      ),
    );

    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'foreign' }, { itemIdentifier: 'faulty' }],
    });
    expect(faults).toEqual([
      [expect.any(MalformedMessageError), 'foreign'],
      [fault, 'faulty'],
    ]);
  });

  it('brings a message back also where its wait could not be set', async () => {
    const { options, faults } = watched(async () => {
      throw new Error('the receipt handle has expired');
    });

    const answer = await answerBatch(
      sqsEvent(record('later')),
      options,
      inOrder(() => ({ kind: 'put-back', afterSeconds: 5 })),
    );

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'later' }] });
    expect(faults).toEqual([[new Error('the receipt handle has expired'), 'later']]);
  });

  it('comes a second before the invocation ends: what is still open then comes back', async () => {
    const { options, faults } = watched();
    const never = new Promise<Disposition>(() => {});
    const startedAt = Date.now();

    const answer = await answerBatch(
      sqsEvent(record('done'), record('stuck')),
      { ...options, remainingMs: 1_100 },
      inOrder(
        () => ACKNOWLEDGE,
        () => never,
      ),
    );

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'stuck' }] });
    expect(faults).toEqual([
      [new LoggableError('the invocation ran out of time before the item was done'), 'stuck'],
    ]);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  describe('of a stage that takes one after another', () => {
    const oftenReceived = (messageId: string, receives: number) =>
      sqsRecord(BODY, {
        messageId,
        receiptHandle: `handle-of-${messageId}`,
        attributes: { ...sqsRecord(BODY).attributes, ApproximateReceiveCount: String(receives) },
      });

    it('begins an item when the one before is done, whatever became of that', async () => {
      const { options, faults } = watched();
      const said: string[] = [];
      const stage = inOrder(
        async () => {
          said.push('first begins');
          await new Promise((resolve) => setTimeout(resolve, 20));
          said.push('first breaks');
          throw new Error('throttled');
        },
        () => {
          said.push('second begins');
          return { kind: 'put-back' };
        },
        () => {
          said.push('third begins');
          return ACKNOWLEDGE;
        },
      );

      const answer = await answerBatch(
        sqsEvent(record('first'), record('foreign', 'hello'), record('second'), record('third')),
        { ...options, turns: { timeForMore: () => true, onUnbegun: () => {}, onLast: () => {} } },
        stage,
      );

      expect(said).toEqual(['first begins', 'first breaks', 'second begins', 'third begins']);
      expect(answer).toEqual({
        batchItemFailures: [
          { itemIdentifier: 'first' },
          { itemIdentifier: 'foreign' },
          { itemIdentifier: 'second' },
        ],
      });
      expect(faults.map(([, messageId]) => messageId)).toEqual(['first', 'foreign']);
    });

    it('puts back at once what there is no time for, and begins the first in any case', async () => {
      const { options, waits, faults } = watched();
      const unbegun: number[] = [];

      const answer = await answerBatch(
        sqsEvent(record('first'), record('second'), record('third')),
        {
          ...options,
          turns: { timeForMore: () => false, onUnbegun: (count) => unbegun.push(count), onLast: () => {} },
        },
        inOrder(() => ACKNOWLEDGE),
      );

      expect(answer).toEqual({
        batchItemFailures: [{ itemIdentifier: 'second' }, { itemIdentifier: 'third' }],
      });
      expect(waits).toEqual([
        ['handle-of-second', 0],
        ['handle-of-third', 0],
      ]);
      expect(unbegun).toEqual([2]);
      expect(faults).toEqual([]);
    });

    it('begins the next when all that is left of one can go on beside it, and answers when all is done', async () => {
      const { options } = watched();
      const said: string[] = [];
      const sent = Promise.withResolvers<void>();
      let turn = 0;

      const answer = await answerBatch(
        sqsEvent(record('first'), record('second')),
        {
          ...options,
          turns: {
            timeForMore: () => true,
            onUnbegun: () => {},
            onLast: () => {
              said.push('sends');
              sent.resolve();
            },
          },
        },
        async (_received, endTurn) => {
          turn += 1;
          said.push(`turn ${turn}`);
          endTurn();
          await sent.promise;
          return turn === 2 ? ACKNOWLEDGE : { kind: 'put-back' };
        },
      );

      expect(said).toEqual(['turn 1', 'turn 2', 'sends']);
      expect(answer).toEqual({ batchItemFailures: [] });
    });

    it('takes those first that have come most often, so that none is always the last', async () => {
      const { options } = watched();
      const seen: number[] = [];

      const answer = await answerBatch(
        sqsEvent(oftenReceived('new', 1), oftenReceived('left-over', 2), oftenReceived('unlucky', 3)),
        { ...options, turns: { timeForMore: () => seen.length < 2, onUnbegun: () => {}, onLast: () => {} } },
        async ({ receiveCount }) => {
          seen.push(receiveCount);
          return ACKNOWLEDGE;
        },
      );

      expect(seen).toEqual([3, 2]);
      expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'new' }] });
    });

    it('answers in time also where an item hangs and the others cannot be put back', async () => {
      const { options, faults } = watched(() => new Promise(() => {}));
      const startedAt = Date.now();

      const answer = await answerBatch(
        sqsEvent(record('stuck'), record('waiting')),
        {
          ...options,
          remainingMs: 1_100,
          turns: { timeForMore: () => false, onUnbegun: () => {}, onLast: () => {} },
        },
        inOrder(() => new Promise<Disposition>(() => {})),
      );

      expect(answer).toEqual({
        batchItemFailures: [{ itemIdentifier: 'stuck' }, { itemIdentifier: 'waiting' }],
      });
      expect(faults.map(([, messageId]) => messageId)).toEqual(['stuck']);
      expect(Date.now() - startedAt).toBeLessThan(1_000);
    });
  });

  it('never throws, and reports exactly those of its ids that did not succeed', async () => {
    const wait = fc.option(fc.integer({ min: 0, max: 43_200 }), { nil: undefined });
    const item = fc.record({
      end: fc.constantFrom('acknowledge', 'put-back', 'throw', 'reject', 'foreign'),
      wait,
      waitFails: fc.boolean(),
      thrown: fc.anything(),
    });
    const batch = fc.uniqueArray(fc.tuple(fc.uuid(), item), { selector: ([id]) => id, maxLength: 10 });

    await fc.assert(
      fc.asyncProperty(batch, fc.boolean(), async (items, oneByOne) => {
        const byHandle = new Map(items.map(([id, its]) => [`handle-of-${id}`, its]));
        const { options } = watched(async (handle) => {
          if (byHandle.get(handle)?.waitFails) throw byHandle.get(handle)?.thrown;
        });
        const ours = items.filter(([, { end }]) => end !== 'foreign');
        const ends = ours.map(([, { end, wait, thrown }]) => (): Disposition | Promise<Disposition> => {
          if (end === 'throw') throw thrown;
          if (end === 'reject') return Promise.reject(thrown);
          if (end === 'acknowledge') return ACKNOWLEDGE;
          return wait === undefined ? { kind: 'put-back' } : { kind: 'put-back', afterSeconds: wait };
        });

        const answer = await answerBatch(
          sqsEvent(...items.map(([id, { end }]) => record(id, end === 'foreign' ? 'hello' : BODY))),
          {
            ...options,
            ...(oneByOne && { turns: { timeForMore: () => true, onUnbegun: () => {}, onLast: () => {} } }),
          },
          inOrder(...ends),
        );

        const failed = items.filter(([, { end }]) => end !== 'acknowledge').map(([id]) => id);
        expect(answer).toEqual({ batchItemFailures: failed.map((id) => ({ itemIdentifier: id })) });
      }),
    );
  });
});
