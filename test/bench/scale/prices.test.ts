import { describe, expect, it } from 'vitest';
import {
  costOf,
  noUsage,
  readUnitsOf,
  totalOf,
  usageBeyond,
  writeUnitsOf,
} from '../../../bench/scale/prices.ts';
import { bytesOfItem, itemBytes, logBytes } from '../../../bench/scale/sizes.ts';

describe('the price of a run', () => {
  it('is that of its parts', () => {
    const usage = {
      sqsRequests: 2_000_000,
      dlqRequests: 1_000_000,
      writeUnits: 10_000_000,
      readUnits: 4_000_000,
      lambdaRequests: 5_000_000,
      lambdaGbSeconds: 100_000,
      logBytes: 3_000_000_000,
      bytesOut: 10_000_000_000,
    };
    const cost = costOf(usage);
    // 2 × 0.50 + 0.40 + 10 × 0.625 + 4 × 0.125 + 5 × 0.20 + 1.33334 + 3 × 0.50 + 10 × 0.09
    expect(cost.sqsRequests).toBeCloseTo(1, 10);
    expect(cost.dlqRequests).toBeCloseTo(0.4, 10);
    expect(cost.writeUnits).toBeCloseTo(6.25, 10);
    expect(cost.readUnits).toBeCloseTo(0.5, 10);
    expect(cost.lambdaRequests).toBeCloseTo(1, 10);
    expect(cost.lambdaGbSeconds).toBeCloseTo(1.333_34, 10);
    expect(cost.logBytes).toBeCloseTo(1.5, 10);
    expect(cost.bytesOut).toBeCloseTo(0.9, 10);
    expect(totalOf(cost)).toBeCloseTo(12.883_34, 10);
  });

  it('is told beyond that of another run', () => {
    const run = { ...noUsage(), writeUnits: 7, logBytes: 10 };
    const baseline = { ...noUsage(), writeUnits: 5, logBytes: 12 };
    expect(usageBeyond(run, baseline)).toEqual({ ...noUsage(), writeUnits: 2, logBytes: -2 });
  });
});

describe("the ledger's units", () => {
  it.each([
    [1, 1],
    [1_024, 1],
    [1_025, 2],
    [2_049, 3],
  ])('a write of %i bytes counts %i', (bytes, units) => {
    expect(writeUnitsOf(bytes)).toBe(units);
  });

  it.each([
    [0, 1],
    [4_096, 1],
    [4_097, 2],
  ])('a consistent read of %i bytes counts %i', (bytes, units) => {
    expect(readUnitsOf(bytes)).toBe(units);
  });
});

describe('the weight of an item', () => {
  it('is its names, its values and what DynamoDB adds', () => {
    // pk: 2 + 1, number: 1 + (1 + 1), list: 1 + 3 + (1 + 2) + (1 + 3 + 1 + 1 + 4)
    expect(bytesOfItem({ pk: 'a', n: 42, l: ['ab', { k: 'four' }] })).toBe(3 + 3 + 1 + 3 + 3 + 10);
  });

  it('grows with the attempts that an entry tells of, up to ten', () => {
    const { entry } = itemBytes(false);
    expect(entry[1]).toBeGreaterThan(entry[0] ?? 0);
    expect(entry[10]).toBeGreaterThan(entry[9] ?? 0);
    expect(entry[11]).toBe(entry[10]);
  });
});

describe('the weight of a log line', () => {
  it('is that of the line that deliver writes', () => {
    const { attemptFailed, heldBack } = logBytes(true);
    expect(attemptFailed).toBeGreaterThan(300);
    expect(attemptFailed).toBeGreaterThan(heldBack);
    expect(attemptFailed).toBeLessThan(1_000);
  });
});
