import { beforeEach, describe, expect, it } from 'vitest';
import { dice } from './random.ts';
import { SimulatedQueue } from './simulated-sqs.ts';
import { EPOCH_MS, VirtualTime } from './virtual-time.ts';

let time: VirtualTime;
let deadLetters: SimulatedQueue;
let queue: SimulatedQueue;

beforeEach(() => {
  time = new VirtualTime();
  const newQueue = (options: ConstructorParameters<typeof SimulatedQueue>[0]) =>
    new SimulatedQueue(options, time, dice(1), () => {});
  deadLetters = newQueue({ name: 'dead-letters', visibilityMs: 30_000 });
  queue = newQueue({
    name: 'queue',
    visibilityMs: 30_000,
    deadLetters: { queue: deadLetters, maxReceiveCount: 2 },
  });
});

/** Lets the time pass, up to so many seconds after the beginning. */
async function passTo(seconds: number): Promise<void> {
  time.after(EPOCH_MS + seconds * 1000 - time.nowMs, () => {});
  while (await time.step(EPOCH_MS + seconds * 1000));
}

const never = () => false;
const bodies = (from: SimulatedQueue) => from.receive(10, never).map(({ body }) => body);

describe('a simulated queue', () => {
  it('hands a delayed message out when its delay is over', async () => {
    queue.send('a', 5);
    await passTo(4.9);
    expect(bodies(queue)).toEqual([]);
    await passTo(5);
    expect(bodies(queue)).toEqual(['a']);
  });

  it('hides a message while it is worked on, and hands it out again', async () => {
    queue.send('a', 0);
    await passTo(1);
    expect(queue.receive(10, never)).toMatchObject([{ body: 'a', receiveCount: 1 }]);
    await passTo(30.9);
    expect(bodies(queue)).toEqual([]);
    await passTo(31);
    expect(queue.receive(10, never)).toMatchObject([{ body: 'a', receiveCount: 2 }]);
  });

  it('moves a message to the dead-letter queue instead of one receive too many', async () => {
    queue.send('a', 0);
    for (const second of [1, 31]) {
      await passTo(second);
      expect(bodies(queue)).toEqual(['a']);
    }
    await passTo(61);
    expect(bodies(queue)).toEqual([]);
    await passTo(62);
    expect(deadLetters.receive(10, never)).toMatchObject([{ body: 'a', movedNatively: true }]);
  });

  it('changes when a message comes back', async () => {
    queue.send('a', 0);
    await passTo(1);
    const [message] = queue.receive(10, never);
    queue.changeVisibility(message?.receiptHandle ?? '', 120);
    await passTo(120);
    expect(bodies(queue)).toEqual([]);
    await passTo(121);
    expect(bodies(queue)).toEqual(['a']);
  });

  it('deletes a message by either handle when it was handed out twice at once', async () => {
    queue.send('a', 0);
    await passTo(1);
    const [first] = queue.receive(10, () => true);
    await passTo(5);
    const [twin] = queue.receive(10, never);
    expect(twin).toMatchObject({ id: first?.id, receiveCount: 2 });
    queue.delete(first?.receiptHandle ?? '');
    expect(queue.size).toBe(0);
  });

  it('takes no delay that SQS would not take', () => {
    expect(() => queue.send('a', 901)).toThrow('DelaySeconds 901');
    expect(() => queue.send('a', 0.5)).toThrow('DelaySeconds 0.5');
  });
});
