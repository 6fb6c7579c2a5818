import type { BenchResult } from '../../bench/result.ts';

const MACHINE = { cpu: 'Some CPU', cores: 2, memoryGib: 24, node: 'v24.21.0', platform: 'linux x64' };

/** What two of the programs have found, one target missed and one left out. */
export const RESULTS: readonly BenchResult[] = [
  {
    bench: 'bundle-size',
    at: '2026-11-21T15:00:00.000Z',
    machine: MACHINE,
    rows: [
      {
        target: 'bundle size of submit',
        figure: 231.5,
        unit: 'KiB',
        comparison: 'at most',
        limit: 220,
        reached: false,
      },
      {
        target: 'bundle size of deliver',
        figure: 199,
        unit: 'KiB',
        comparison: 'at most',
        limit: 220,
        reached: true,
      },
    ],
    notes: ['Zod alone has 90 KiB; zod/mini was tried.'],
  },
  {
    bench: 'drain',
    at: '2026-11-21T15:10:00.000Z',
    machine: MACHINE,
    rows: [
      {
        target: 'drain, of a BullMQ worker',
        figure: null,
        unit: '×',
        comparison: 'at least',
        limit: 1,
        left_out: 'no Redis here',
        reached: null,
      },
    ],
    notes: [],
  },
];
