import { describe, expect, it } from 'vitest';
import { wasSaturated } from '../../local/processor.ts';

const FROM = { atMs: 5_000, idleMs: 70_000, totalMs: 100_000 };
/** 100 ms later, on two cores. */
const laterWithIdle = (idleMs: number) => ({ atMs: 5_100, idleMs: 70_000 + idleMs, totalMs: 100_200 });

describe('the cores of the machine', () => {
  it('are busy if more than 65 % of their time was used', () => {
    expect(wasSaturated(FROM, laterWithIdle(71))).toBe(false);
    expect(wasSaturated(FROM, laterWithIdle(69))).toBe(true);
  });

  it('count as busy when a load begins: a long quiet time before it states nothing about it', () => {
    expect(wasSaturated(FROM, { atMs: 6_000, idleMs: 72_000, totalMs: 102_000 })).toBe(false);
    expect(wasSaturated(FROM, { atMs: 6_001, idleMs: 72_000, totalMs: 102_000 })).toBe(true);
  });

  it('are not judged by clocks that did not move', () => {
    expect(wasSaturated(FROM, { ...FROM, atMs: 5_100 })).toBe(undefined);
  });
});
