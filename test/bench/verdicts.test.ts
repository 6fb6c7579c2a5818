import { expect, it } from 'vitest';
import { countOf, rowsIn, targetsText } from '../../bench/verdicts.ts';
import { RESULTS } from './results-fixture.ts';

it('tells of each target whether it was reached, missed or left out', () => {
  const text = targetsText(RESULTS);

  expect(countOf(rowsIn(RESULTS))).toEqual({ reached: 1, missed: 1, leftOut: 1 });
  expect(text).toMatch(/bundle size of submit +231\.5 KiB +at most 220 +MISSED/);
  expect(text).toMatch(/bundle size of deliver +199 KiB +at most 220 +reached/);
  expect(text).toMatch(/drain, of a BullMQ worker +- +at least 1 +no Redis here/);
  expect(text).toMatch(/\n\n1 of 2 measured targets reached, 1 missed, 1 left out$/);
});
