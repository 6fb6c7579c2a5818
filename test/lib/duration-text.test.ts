import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSeconds, parseDuration } from '../../lib/duration-text.ts';

describe('durations as text', () => {
  test.each([
    ['5s', 5],
    ['5m', 300],
    ['2h', 7_200],
    ['3d', 259_200],
  ])('%s is %i seconds', (text, seconds) => {
    expect(parseDuration(text)?.toSeconds()).toBe(seconds);
  });

  test.each(['', '5', 's', '5 s', '-5s', '1.5h', '5S', '5ms', '1h30m', '٣s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    [0, '0s'],
    [1.5, '1.5s'],
    [90, '90s'],
    [5_400, '90m'],
    [86_400, '1d'],
  ])('%d seconds are written %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test('what is written is read as the same duration', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), (seconds) => {
        expect(parseDuration(formatSeconds(seconds))?.toSeconds()).toBe(seconds);
      }),
    );
  });
});
