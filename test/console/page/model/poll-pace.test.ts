import { describe, expect, it } from 'vitest';
import { nextPollMs } from '../../../../console/page/model/poll-pace.ts';

describe('how often the page asks', () => {
  it('is as often as its view wants while somebody looks', () => {
    expect(nextPollMs({ everyMs: 2_000, isHidden: false, failures: 0 })).toBe(2_000);
  });

  it('is every half minute in a tab that nobody sees, unless its view asks more seldom', () => {
    expect(nextPollMs({ everyMs: 2_000, isHidden: true, failures: 0 })).toBe(30_000);
    expect(nextPollMs({ everyMs: 60_000, isHidden: true, failures: 0 })).toBe(60_000);
  });

  it('falls off while the server is away, to half a minute at most', () => {
    const waits = [1, 2, 3, 4, 50].map((failures) =>
      nextPollMs({ everyMs: 2_000, isHidden: false, failures }),
    );

    expect(waits).toEqual([4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('is never made more frequent by a failure', () => {
    expect(nextPollMs({ everyMs: 60_000, isHidden: false, failures: 1 })).toBe(60_000);
  });
});
