import { describe, expect, it } from 'vitest';
import { parseAge, parseSince, roughly } from '../../ops/duration.ts';

const NOW_MS = Date.parse('2025-11-27T18:00:00.000Z');

describe('how long ago', () => {
  it.each([
    ['1s', '2025-11-27T17:59:59.000Z'],
    ['90m', '2025-11-27T16:30:00.000Z'],
    ['2d', '2025-11-25T18:00:00.000Z'],
    ['2025-11-27T17:00Z', '2025-11-27T17:00:00.000Z'],
    ['2025-11-27T18:00+01:00', '2025-11-27T17:00:00.000Z'],
    ['2025-11-20', '2025-11-20T00:00:00.000Z'],
  ])('%s is since %s', (text, since) => {
    expect(new Date(parseSince(text, NOW_MS)).toISOString()).toBe(since);
  });

  it.each(['', '2', '-2h', '1.5h', 'now', '999999d', '2025-13-01', '2025-11-27T18:00:00.001Z'])(
    'is not %j',
    (text) => {
      expect(() => parseSince(text, NOW_MS)).toThrow(`--since is ${text}; it must be how long ago`);
    },
  );

  it.each([
    [-5_000, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [7_199_999, '1h'],
    [86_400_000, '1d'],
  ])('%i ms is roughly %s', (ms, text) => {
    expect(roughly(ms)).toBe(text);
  });

  it.each(['0s', '3651d', '15', 'soon'])('is no age when it is %j', (text) => {
    expect(() => parseAge('older-than', text)).toThrow(`--older-than is ${text}; it must be a whole number`);
  });

  it('is an age in milliseconds', () => {
    expect(parseAge('older-than', '15m')).toBe(900_000);
  });
});
