import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_CLASSES } from '../../../lambda/contract/error-classes.ts';
import type { Attempt } from '../../../lambda/ledger/entry.ts';
import { entryOfItem, itemOfEntry } from '../../../lambda/ledger/entry-item.ts';
import { deliveringTask } from '../../support/entries.ts';

const REFUSED: Attempt = {
  attempt: 4,
  at_ms: 1_764_000_006_000,
  duration_ms: 3,
  error_class: 'connection-refused',
};
const ANSWERED: Attempt = { attempt: 5, at_ms: 1_764_000_306_000, duration_ms: 40, status_code: 503 };

describe('an entry in the table', () => {
  it('tells its attempts in one short text', () => {
    const entry = deliveringTask({ attempt_count: 5, attempts: [REFUSED, ANSWERED] });
    expect(itemOfEntry(entry)).toEqual({ ...entry, attempts: 'midc23qo.3.cr midc8j80.40.503' });
  });

  it('has no such text before the first attempt', () => {
    expect(itemOfEntry(deliveringTask())).toMatchObject({ attempts: undefined });
  });

  it('is read back as it was, without its keys', () => {
    const entry = deliveringTask({ attempt_count: 5, attempts: [REFUSED, ANSWERED] });
    expect(entryOfItem({ pk: 'task#1', sk: 'entry', ...itemOfEntry(entry) })).toEqual(entry);
  });

  it('is read as it was kept until 0.1.0, with a list of attempts', () => {
    const entry = deliveringTask({ attempt_count: 5, attempts: [REFUSED, ANSWERED] });
    expect(entryOfItem({ pk: 'task#1', sk: 'entry', ...entry })).toEqual(entry);
    expect(entryOfItem({ pk: 'task#1', sk: 'entry', ...deliveringTask({ task_id: 'a' }) })?.attempts).toEqual(
      [],
    );
  });

  it('is none where there is no item', () => {
    expect(entryOfItem(undefined)).toBeUndefined();
  });

  it('keeps the class of an error that a newer version wrote', () => {
    const item = { ...itemOfEntry(deliveringTask({ attempt_count: 1 })), attempts: 'midc23qo.3.xx' };
    const entry = entryOfItem({ ...item });

    expect(entry?.attempts).toEqual([
      { attempt: 1, at_ms: 1_764_000_006_000, duration_ms: 3, error_class: 'xx' },
    ]);
    expect(entry && itemOfEntry(entry)).toMatchObject({ attempts: 'midc23qo.3.xx' });
  });

  it.each([...ERROR_CLASSES, 'url-refused'] as const)('keeps the error %s', (error_class) => {
    const entry = deliveringTask({ attempt_count: 4, attempts: [{ ...REFUSED, error_class }] });
    expect(entryOfItem({ ...itemOfEntry(entry) })).toEqual(entry);
  });

  it('is read back as it was, whatever its attempts were', () => {
    const attempt = fc.record({
      at_ms: fc.integer({ min: 0, max: 9_999_999_999_999 }),
      duration_ms: fc.integer({ min: 0, max: 900_000 }),
      end: fc.oneof(
        fc.integer({ min: 100, max: 999 }).map((status_code) => ({ status_code })),
        fc.constantFrom<Attempt>(REFUSED).map(({ error_class }) => ({ error_class })),
        fc.constant({}),
      ),
    });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 10 }), fc.nat(1_000), (made, before) => {
        const attempts = made.map(({ at_ms, duration_ms, end }, index) => ({
          attempt: before + index + 1,
          at_ms,
          duration_ms,
          ...end,
        })) as Attempt[];
        const entry = deliveringTask({ attempt_count: before + made.length, attempts });
        expect(entryOfItem({ ...itemOfEntry(entry) })).toEqual(entry);
      }),
    );
  });
});
