import { describe, expect, it } from 'vitest';
import { Turnstile } from '../../../bench/drain/turnstile.ts';

/** Takes messages as a poller does, until it has been given that many. */
async function poll(turnstile: Turnstile, until: number): Promise<number[]> {
  const counts: number[] = [];
  for (let taken = 0; taken < until; ) {
    const messages = await turnstile.pass(10, async (count) => Array(count).fill('message'));
    taken += messages.length;
    counts.push(messages.length);
    turnstile.left(messages.length);
  }
  return counts;
}

describe('a turn of the local stack', () => {
  it('has exactly as many messages as were asked for, in batches', async () => {
    const turnstile = new Turnstile();
    const polled = poll(turnstile, 25);
    await turnstile.let(25);
    expect(await polled).toEqual([10, 10, 5]);
  });

  it('lets nothing in between turns', async () => {
    const turnstile = new Turnstile();
    const polled = poll(turnstile, 14);
    await turnstile.let(7);
    await turnstile.let(7);
    expect(await polled).toEqual([7, 7]);
  });

  it('ends only when the last message has left', async () => {
    const turnstile = new Turnstile();
    let hasEnded = false;
    const turn = turnstile.let(2).then(() => {
      hasEnded = true;
    });
    await turnstile.pass(10, async () => ['one', 'two']);
    turnstile.left(1);
    await Promise.resolve();
    expect(hasEnded).toBe(false);
    turnstile.left(1);
    await turn;
  });
});
