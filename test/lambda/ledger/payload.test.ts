import { describe, expect, it } from 'vitest';
import { placeInput, placeResult } from '../../../lambda/ledger/payload.ts';

/** A JSON string of so many bytes. */
const json = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

describe('an input', () => {
  it('stays within the entry up to 512 bytes', () => {
    expect(placeInput(json(512))).toEqual({ payload: { json: json(512) } });
  });

  it('lies beside it from then on, named by its content', () => {
    const ref = 'input#837719a107bc5435e665592a6f0b8422deacda82bba641b63ba86fdcc2573575';

    expect(placeInput(json(513))).toEqual({ payload: { ref }, stored: { ref, json: json(513) } });
  });

  it('is measured in bytes, not in characters', () => {
    expect(placeInput(`"${'ü'.repeat(255)}"`)).toHaveProperty('payload.json');
    expect(placeInput(`"${'ü'.repeat(256)}"`)).toHaveProperty('payload.ref');
  });
});

describe('a result', () => {
  it('shares the 512 bytes with its input', () => {
    expect(placeResult(json(112), { json: json(400) }, 'a-token')).toEqual({
      payload: { json: json(112) },
    });
    expect(placeResult(json(113), { json: json(400) }, 'a-token')).toEqual({
      payload: { ref: 'result#a-token' },
      stored: { ref: 'result#a-token', json: json(113) },
    });
  });

  it('has them to itself where the input lies beside, or there is none', () => {
    expect(placeResult(json(512), { ref: 'input#abc' }, 'a-token')).toEqual({
      payload: { json: json(512) },
    });
    expect(placeResult(json(512), undefined, 'a-token')).toEqual({ payload: { json: json(512) } });
  });
});
