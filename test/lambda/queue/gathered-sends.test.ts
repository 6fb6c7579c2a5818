import { expect, it } from 'vitest';
import { gatheredSends } from '../../../lambda/queue/gathered-sends.ts';
import type { Envelope, Queue } from '../../../lambda/queue/queue.ts';
import { startProcessTimer } from '../../../lambda/queue/start-timer.ts';

/** A queue that tells how it was sent to; `refused` are the generations that it takes alone only. */
function gathered(refused: readonly number[] = []) {
  const requests: number[][] = [];
  const generations = (envelopes: readonly Envelope[]) => envelopes.map(({ message }) => message.generation);
  const queue: Queue = {
    async send(envelope) {
      requests.push(generations([envelope]));
    },
    async sendBatch(envelopes) {
      requests.push(generations(envelopes));
      return generations(envelopes).map((generation) => !refused.includes(generation));
    },
    comeBackAfter: async () => {},
  };
  return { ...gatheredSends(queue, startProcessTimer), requests };
}

const message = (generation: number): Envelope => ({
  message: { task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10', generation },
});

it('messages that come soon one after another go in one request', async () => {
  const { queue, flush, requests } = gathered();

  const sent = [queue.send(message(1)), queue.send(message(2)), queue.send(message(3))];
  expect(requests).toEqual([]);
  flush();
  await Promise.all(sent);

  expect(requests).toEqual([[1, 2, 3]]);
});

it('a message alone goes alone, and one that waits for nobody goes by itself after a moment', async () => {
  const { queue, requests } = gathered();

  await queue.send(message(1));
  await queue.send(message(2));

  expect(requests).toEqual([[1], [2]]);
});

it('ten are a request, and wait for no more', async () => {
  const { queue, flush, requests } = gathered();

  const sent = Array.from({ length: 11 }, (_, index) => queue.send(message(index)));
  await Promise.all(sent.slice(0, 10));
  expect(requests).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  flush();
  await Promise.all(sent);

  expect(requests.at(-1)).toEqual([10]);
});

it('what SQS does not take with the others is sent alone', async () => {
  const { queue, flush, requests } = gathered([2]);

  const sent = [queue.send(message(1)), queue.send(message(2))];
  flush();
  await Promise.all(sent);

  expect(requests).toEqual([[1, 2], [2]]);
});

it('where the request fails every send does, and the next ones go on', async () => {
  const { queue, flush } = gatheredSends(
    {
      send: async () => {},
      sendBatch: async () => {
        throw new Error('throttled');
      },
      comeBackAfter: async () => {},
    },
    startProcessTimer,
  );

  const sent = [queue.send(message(1)), queue.send(message(2))];
  flush();

  expect(await Promise.allSettled(sent)).toEqual([
    { status: 'rejected', reason: new Error('throttled') },
    { status: 'rejected', reason: new Error('throttled') },
  ]);
  const alone = queue.send(message(3));
  flush();
  await alone;
});
