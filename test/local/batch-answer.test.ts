import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeBatch } from '../../local/batch-answer.ts';

const IDS = ['a', 'b', 'c'];
const answer = (payload: unknown) => judgeBatch(IDS, { ok: true, payload }, true);

describe('what a function’s answer means for its batch', () => {
  it.each([[null], [{}], ['text'], [{ batchItemFailures: null }], [{ batchItemFailures: [] }]])(
    'acknowledges everything for %j',
    (payload) => {
      expect(answer(payload)).toEqual({ acknowledged: IDS });
    },
  );

  it('keeps the messages it names, once or twice', () => {
    const failures = [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }];
    expect(answer({ batchItemFailures: failures })).toEqual({ acknowledged: ['a', 'c'] });
  });

  it.each([
    [[{ itemIdentifier: 'b' }, { itemIdentifier: 'x' }], '"x"'],
    [[{ itemIdentifier: '' }], '""'],
    [[{ itemIdentifier: null }], 'null'],
    [[{ id: 'b' }], 'no itemIdentifier'],
    [[null], 'no itemIdentifier'],
    ['b', 'not an array'],
  ])('acknowledges nothing for failures %j', (batchItemFailures, told) => {
    const verdict = answer({ batchItemFailures });
    expect(verdict.acknowledged).toEqual([]);
    expect(verdict.problem).toContain(told);
  });

  it('acknowledges nothing when the function failed', () => {
    const error = { errorType: 'Error', errorMessage: 'boom' };
    expect(judgeBatch(IDS, { ok: false, error }, true).acknowledged).toEqual([]);
  });

  it('does not look at the answer unless the mapping reports item failures', () => {
    const payload = { batchItemFailures: [{ itemIdentifier: 'a' }] };
    expect(judgeBatch(IDS, { ok: true, payload }, false)).toEqual({ acknowledged: IDS });
  });

  it('never acknowledges a message that was named, nor one that was not in the batch', () => {
    fc.assert(
      fc.property(fc.subarray(IDS), fc.array(fc.string(), { maxLength: 2 }), (failed, strangers) => {
        const batchItemFailures = [...failed, ...strangers].map((itemIdentifier) => ({ itemIdentifier }));
        const { acknowledged } = answer({ batchItemFailures });
        expect(IDS).toEqual(expect.arrayContaining([...acknowledged]));
        expect(acknowledged.filter((id) => failed.includes(id))).toEqual([]);
      }),
    );
  });
});
