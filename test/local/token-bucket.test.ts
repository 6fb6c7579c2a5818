import { describe, expect, it } from 'vitest';
import { TokenBucket } from '../../local/token-bucket.ts';

/** How many of so many pass at one moment. */
function passing(bucket: TokenBucket, count: number, nowMs: number): number {
  return Array.from({ length: count }, () => bucket.take(nowMs)).filter(Boolean).length;
}

describe('a token bucket', () => {
  it('lets a burst pass, and then as many as come back', () => {
    const bucket = new TokenBucket({ requestsPerSecond: 10, burst: 5 }, 0);

    expect(passing(bucket, 8, 0)).toBe(5);
    expect(passing(bucket, 8, 99)).toBe(0);
    expect(passing(bucket, 8, 100)).toBe(1);
    expect(passing(bucket, 8, 350)).toBe(2);
    expect(passing(bucket, 8, 60_000)).toBe(5);
  });

  it('fills nothing where the clock is set back', () => {
    const bucket = new TokenBucket({ requestsPerSecond: 1, burst: 1 }, 10_000);

    expect(passing(bucket, 1, 10_000)).toBe(1);
    expect(passing(bucket, 1, 5_000)).toBe(0);
    expect(passing(bucket, 1, 6_000)).toBe(1);
  });
});
