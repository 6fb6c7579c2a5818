import { describe, expect, it } from 'vitest';
import { remembered } from '../../console/remembered.ts';

function counting(tookMs = 0) {
  const clock = { ms: 0, asked: 0 };
  const ask = async () => {
    clock.asked += 1;
    clock.ms += tookMs;
    return clock.asked;
  };
  return { clock, ask };
}

describe('an answer that costs something', () => {
  it('stands for its time, and is asked for again after it', async () => {
    const { clock, ask } = counting();
    const answer = remembered(ask, { forMs: 1_000, now: () => clock.ms });

    expect([await answer(), await answer()]).toEqual([1, 1]);
    clock.ms = 999;
    expect(await answer()).toBe(1);
    clock.ms = 1_000;
    expect(await answer()).toBe(2);
  });

  it('is asked for once, however many wait for it', async () => {
    const { clock, ask } = counting();
    const answer = remembered(ask, { forMs: 1_000, now: () => clock.ms });

    expect(await Promise.all([answer(), answer(), answer()])).toEqual([1, 1, 1]);
  });

  it('stands ten times as long as it took', async () => {
    const { clock, ask } = counting(500);
    const answer = remembered(ask, { forMs: 1_000, now: () => clock.ms });

    await answer();
    clock.ms = 500 + 4_999;
    expect(await answer()).toBe(1);
    clock.ms = 500 + 5_000;
    expect(await answer()).toBe(2);
  });

  it('is asked for again at once where there was none', async () => {
    let asked = 0;
    const answer = remembered(
      async () => {
        asked += 1;
        if (asked === 1) throw new Error('the table is throttled');
        return asked;
      },
      { forMs: 60_000 },
    );

    await expect(answer()).rejects.toThrow('the table is throttled');
    expect(await answer()).toBe(2);
  });

  it('is given meanwhile, if asking takes long, until it is too old', async () => {
    const clock = { ms: 0 };
    const asked: PromiseWithResolvers<string>[] = [];
    const answer = remembered(
      () => {
        const one = Promise.withResolvers<string>();
        asked.push(one);
        return one.promise;
      },
      { forMs: 0, meanwhileForMs: 10_000, now: () => clock.ms },
    );
    const first = answer();
    clock.ms = 500;
    asked[0]?.resolve('first');
    expect(await first).toBe('first');

    clock.ms = 5_500;
    expect(await answer()).toBe('first');
    expect(asked).toHaveLength(2);
    clock.ms = 9_999;
    expect(await answer()).toBe('first');
    clock.ms = 10_000;
    const third = answer();
    asked[1]?.resolve('second');
    expect(await third).toBe('second');
    expect(asked).toHaveLength(2);
  });

  it('is waited for, if asking was quick', async () => {
    const { clock, ask } = counting(50);
    const answer = remembered(ask, { forMs: 0, meanwhileForMs: 10_000, now: () => clock.ms });

    expect(await answer()).toBe(1);
    clock.ms = 1_000;
    expect(await answer()).toBe(2);
  });
});
