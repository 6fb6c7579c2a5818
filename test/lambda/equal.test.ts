import { describe, expect, it } from 'vitest';
import { equalInConstantTime } from '../../lambda/equal.ts';

describe('two texts', () => {
  it.each([
    ['a hash', 'a hash', true],
    ['', '', true],
    ['a hasH', 'a hash', false],
    ['', 'a hash', false],
    ['a hash', 'a hash and more', false],
    // As many characters, and more bytes.
    ['é', 'e', false],
  ])('%j and %j are equal: %s', (given, expected, equal) => {
    expect(equalInConstantTime(given, expected)).toBe(equal);
  });
});
