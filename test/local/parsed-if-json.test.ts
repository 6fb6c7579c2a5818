import { describe, expect, it } from 'vitest';
import { parsedIfJson } from '../../local/parsed-if-json.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('what came as text', () => {
  it.each<[string, unknown]>([
    ['{"status":"completed"}', { status: 'completed' }],
    ['null', null],
    ['', ''],
    ['response=10', 'response=10'],
    ['{"status":', '{"status":'],
  ])('%s is taken as JSON where it is some', (text, value) => {
    expect(parsedIfJson(text)).toEqual(value);
  });

  it('stays text where it could not be written as JSON again', () => {
    expect(JSON.stringify(parsedIfJson(nested(1_000)))).toBe(nested(1_000));
    expect(parsedIfJson(nested(1_001))).toBe(nested(1_001));
  });
});
