import { describe, expect, it } from 'vitest';
import { summarizeColumns } from '../../../tasks/generate-report/summary.ts';

describe('the summary of a column', () => {
  it('has the known figures of a known series', () => {
    const rows = [2, 4, 4, 4, 5, 5, 7, 9].map((score) => ({ score }));

    expect(summarizeColumns(rows)).toEqual([
      {
        name: 'score',
        count: 8,
        missing: 0,
        distinct: 5,
        numbers: {
          min: 2,
          max: 9,
          sum: 40,
          mean: 5,
          median: 4.5,
          standardDeviation: expect.closeTo(2.138_089_935_299_395, 12),
        },
      },
    ]);
  });

  it('takes the middle one of an odd number of values, in whatever order, and numbers written as text', () => {
    const [summary] = summarizeColumns([{ n: '10' }, { n: -3 }, { n: '2.5' }]);

    expect(summary?.numbers).toMatchObject({ min: -3, max: 10, median: 2.5, sum: 9.5 });
  });

  it('of a single value has no spread', () => {
    expect(summarizeColumns([{ n: 7 }])[0]?.numbers).toEqual({
      min: 7,
      max: 7,
      sum: 7,
      mean: 7,
      median: 7,
      standardDeviation: 0,
    });
  });

  it('counts what is missing, and has no figures where one cell is no number', () => {
    const rows = [
      { city: 'Bonn', n: 1 },
      { city: '', n: null },
      { city: 'Bonn', n: 'one' },
      { n: true, late: 0 },
    ];

    expect(summarizeColumns(rows)).toEqual([
      { name: 'city', count: 2, missing: 2, distinct: 1 },
      { name: 'n', count: 3, missing: 1, distinct: 3 },
      {
        name: 'late',
        count: 1,
        missing: 3,
        distinct: 1,
        numbers: { min: 0, max: 0, sum: 0, mean: 0, median: 0, standardDeviation: 0 },
      },
    ]);
  });

  it('is none where there are no rows', () => {
    expect(summarizeColumns([])).toEqual([]);
  });
});
