import { describe, expect, it } from 'vitest';
import { storableJson } from '../../../lambda/http/storable-json.ts';

describe("a client's value as it is stored", () => {
  it('is its JSON', () => {
    expect(storableJson('input', { text: 'Grüße' }, 18)).toBe('{"text":"Grüße"}');
  });

  it('is measured in bytes', () => {
    expect(storableJson('input', 'ü', 4)).toBe('"ü"');
    expect(() => storableJson('input', 'ü', 3)).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ status: 413 }) }),
    );
  });

  it('is refused where it is too large as it is stored, however short it was written', () => {
    expect(() => storableJson('result', [1e20, 1e20], 40)).toThrow(
      'The result has 45 bytes as it is stored; at most 40 are taken. Keep a large result elsewhere and send where it is.',
    );
  });
});
