import type { Row } from './result.ts';

/** What a target asks, without what was measured. */
export type Target = Pick<Row, 'target' | 'unit' | 'comparison' | 'limit'>;

/** A program of `bench/` that measures targets: `bench/NAME/NAME.ts`. */
export interface BenchProgram {
  readonly name: string;
  /** What it asks, as a heading. */
  readonly title: string;
  /** Past it a full run is ended. Each is to take five minutes at most, on a machine that has nothing else to do. */
  readonly limitMinutes: number;
  /** What it is to tell of: for where it tells nothing. */
  readonly targets: readonly Target[];
}

/** In the order of the table of targets. */
export const PROGRAMS: readonly BenchProgram[] = [
  {
    name: 'cold-start',
    title: 'Cold start of submit',
    limitMinutes: 8,
    targets: [
      atMost(0.5, '×', 'cold start of submit, import and first call, of the usual bundle'),
      atMost(2.75, '×', 'cold start of submit, whole process, of `node -e 0`'),
    ],
  },
  {
    name: 'bundle-size',
    title: 'Bundle size',
    limitMinutes: 3,
    targets: ['submit', 'deliver', 'task-status'].map((name) => atMost(220, 'KiB', `bundle size of ${name}`)),
  },
  {
    name: 'deliver-cpu',
    title: 'CPU of deliver',
    limitMinutes: 10,
    targets: [atMost(2.5, '×', 'deliver: CPU per callback, of a bare node:http POST loop')],
  },
  {
    name: 'aws-calls',
    title: 'AWS calls for each task',
    limitMinutes: 8,
    targets: [
      atMost(2, 'calls', 'AWS calls per task, happy path: submit'),
      atMost(5, 'calls', 'AWS calls per task, happy path: run, one in a batch'),
      atMost(2.2, 'calls', 'AWS calls per task, happy path: deliver, ten in a batch'),
      atMost(4, 'units', 'write units per task, happy path'),
      atMost(1, 'units', 'read units per task, happy path'),
    ],
  },
  {
    name: 'price',
    title: 'Price of a million tasks',
    limitMinutes: 8,
    targets: [
      atMost(6, '$', 'price per million tasks, single'),
      atMost(4.5, '$', 'price per million tasks, by batch submit'),
    ],
  },
  {
    name: 'drain',
    title: 'Drain of owed callbacks, beside BullMQ and pg-boss',
    limitMinutes: 15,
    targets: ['BullMQ', 'pg-boss'].map((peer) => ({
      ...atMost(1, '×', `drain of 20,000 owed callbacks, of a ${peer} worker`),
      comparison: 'at least',
    })),
  },
  {
    name: 'soak',
    title: 'Memory and growth',
    limitMinutes: 15,
    targets: [
      atMost(150, 'MiB', 'memory of deliver after 100,000 callbacks'),
      atMost(1.1, '×', 'memory of deliver after 100,000 callbacks, of that after 10,000'),
      atMost(1.1, '×', 'growth: time per task at 100,000 owed, of that at 1,000'),
    ],
  },
  {
    name: 'latency',
    title: 'Callback latency on the idle local stack',
    limitMinutes: 8,
    targets: [
      atMost(60, 'ms', 'callback latency on the idle local stack, submit to receipt, p50'),
      atMost(200, 'ms', 'callback latency on the idle local stack, submit to receipt, p99'),
    ],
  },
];

/** A quick run of one program is for smoke: it is to take a minute at most. */
export const QUICK_LIMIT_MINUTES = 3;

/** The rows of a program that has told nothing. */
export function notMeasured({ targets }: BenchProgram, why: string): Row[] {
  return targets.map((target) => ({ ...target, figure: null, left_out: `not measured: ${why}` }));
}

function atMost(limit: number, unit: string, target: string): Target {
  return { target, unit, comparison: 'at most', limit };
}
