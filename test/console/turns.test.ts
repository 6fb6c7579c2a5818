import { describe, expect, it } from 'vitest';
import { turns } from '../../console/turns.ts';

const busy = () => new Error('busy');

describe('works that take turns', () => {
  it('follow one another, also past one that failed', async () => {
    const inTurn = turns(1_000, busy);
    const told: string[] = [];
    const work =
      (name: string, fails = false) =>
      async () => {
        told.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        told.push(`${name} ends`);
        if (fails) throw new Error(name);
      };

    await Promise.allSettled([inTurn(work('a')), inTurn(work('b', true)), inTurn(work('c'))]);

    expect(told).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('refuse who would wait for long, and nobody gets past the one who works', async () => {
    const inTurn = turns(20, busy);
    const release = Promise.withResolvers<string>();
    const long = inTurn(() => release.promise);

    await expect(inTurn(async () => 'hasty')).rejects.toThrow('busy');
    await expect(inTurn(async () => 'hasty, too')).rejects.toThrow('busy');
    release.resolve('done');

    expect(await long).toBe('done');
    expect(await inTurn(async () => 'next')).toBe('next');
  });
});
