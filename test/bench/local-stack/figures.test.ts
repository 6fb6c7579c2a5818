import { describe, expect, it } from 'vitest';
import { comparisonOf, type Figures, medianOf, tableOf } from '../../../bench/local-stack/figures.ts';

const BEFORE: Figures = {
  firstLineMs: 6_000,
  readyMs: 6_000,
  readyAgainMs: 2_000,
  idleMb: 300,
  peakMb: 1_200,
  processes: 12,
  acceptedPerSecond: 80,
  tasksPerSecond: 50,
  consoleP50Ms: 40,
  consoleP95Ms: 1_000,
  consoleByPathP95Ms: { '/inbox': 60 },
};

describe('the figures of the local stack', () => {
  it('are compared with those before, and with the targets', () => {
    const after = { ...BEFORE, peakMb: 600, tasksPerSecond: 149, consoleP95Ms: 150 };

    expect(comparisonOf(BEFORE, after).split('\n')).toEqual([
      '                              before     after   ratio  target',
      'first line of output, ms        6000      6000    1.00',
      'ready, first start, ms          6000      6000    1.00',
      'ready, second start, ms         2000      2000    1.00',
      'memory idle, MB                  300       300    1.00',
      'memory peak, MB                 1200       600    0.50  <= 0.5: met',
      'processes at most               12.0      12.0    1.00',
      'accepted, requests/s            80.0      80.0    1.00',
      'called back, tasks/s            50.0       149    2.98  >= 3: missed',
      'console request p50, ms         40.0      40.0    1.00',
      'console request p95, ms         1000       150    0.15  <= 0.3: met',
    ]);
  });

  it('are the median of several rounds, each figure for itself', () => {
    const rounds = [
      { ...BEFORE, tasksPerSecond: 40, peakMb: 1_300 },
      { ...BEFORE, tasksPerSecond: 60, peakMb: 1_100, consoleByPathP95Ms: {} },
      { ...BEFORE, tasksPerSecond: 50, peakMb: 1_500 },
    ];

    expect(medianOf(rounds)).toEqual({ ...BEFORE, tasksPerSecond: 50, peakMb: 1_300 });
  });

  it('are a table of their own where nothing is compared', () => {
    expect(tableOf(BEFORE).split('\n')[7]).toBe('called back, tasks/s            50.0');
  });
});
