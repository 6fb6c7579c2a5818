import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonDepth } from '../../lambda/json-depth.ts';

/** Levels of arrays and objects, found by walking the value. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Object.values(value).reduce<number>((deepest, part) => Math.max(deepest, depthOf(part)), 0);
}

describe('the depth of JSON', () => {
  it.each([
    ['7', 0],
    ['[]', 1],
    ['{"a":[1,{"b":[]}],"c":{}}', 4],
    ['["[[[[", "{\\"[", "\\\\", [2]]', 2],
    ['[[],[],[]]', 2],
    ['', 0],
  ])('of %s is %i', (text, depth) => {
    expect(jsonDepth(text)).toBe(depth);
  });

  it('is that of the value, whatever stands in strings and keys', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(jsonDepth(text)).toBe(depthOf(JSON.parse(text)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of what is no JSON is some figure, and found at once', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'x') }), (text) => {
        expect(jsonDepth(text)).toBeLessThanOrEqual(text.length);
      }),
    );
    expect(jsonDepth('['.repeat(1_000_000))).toBe(1_000_000);
    expect(jsonDepth(`"${'\\'.repeat(1_000_000)}`)).toBe(0);
  });
});
