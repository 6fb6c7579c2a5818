import { describe, expect, it } from 'vitest';
import { leadOf } from '../../../bench/report/leads.ts';
import { RESULTS } from '../results-fixture.ts';

const [bundleSize] = RESULTS;
if (bundleSize === undefined) throw new Error('the fixture has results');

describe('what a section says first', () => {
  it('is for which setting and fill a price holds, and what it is else', () => {
    const scenarios = [
      { name: 'single, runBatchSize=10, full batches', costs: { total: 5.71 } },
      { name: 'batch of 100, runBatchSize=10, full batches', costs: { total: 3.866 } },
      { name: 'single, runBatchSize=1 (default), full batches', costs: { total: 7.32 } },
      { name: 'batch of 100, runBatchSize=1 (default), full batches', costs: { total: 5.48 } },
      { name: 'single, one at a time: no batch ever has two', costs: { total: 8.79 } },
    ];

    expect(leadOf(Object.assign({ ...bundleSize, bench: 'price' }, { scenarios }))).toBe(
      'A million tasks cost $5.71 ($3.87 by batch submit) where `runBatchSize` is set to 10 and queues have a backlog, so ' +
        'that batches are full; with the default, `runBatchSize` = 1, they cost $7.32 ($5.48), and in a lightly loaded ' +
        'month, in which tasks come one at a time and no batch has two, $8.79, whatever is set.',
    );
  });

  it('is nothing where the program has failed, or its figures hold for all', () => {
    expect(leadOf({ ...bundleSize, bench: 'price' })).toBeUndefined();
    expect(leadOf(bundleSize)).toBeUndefined();
  });
});
