import type { Row } from './result.ts';
import { TARGETS, type Target } from './targets.ts';

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
    targets: TARGETS['cold-start'],
  },
  {
    name: 'bundle-size',
    title: 'Bundle size',
    limitMinutes: 3,
    targets: TARGETS['bundle-size'],
  },
  {
    name: 'deliver-cpu',
    title: 'CPU of deliver',
    limitMinutes: 10,
    targets: TARGETS['deliver-cpu'],
  },
  {
    name: 'aws-calls',
    title: 'AWS calls for each task',
    limitMinutes: 8,
    targets: TARGETS['aws-calls'],
  },
  {
    name: 'price',
    title: 'Price of a million tasks',
    limitMinutes: 8,
    targets: TARGETS.price,
  },
  {
    name: 'drain',
    title: 'Drain of owed callbacks, beside BullMQ and pg-boss',
    limitMinutes: 15,
    targets: TARGETS.drain,
  },
  {
    name: 'soak',
    title: 'Memory and growth',
    limitMinutes: 15,
    targets: TARGETS.soak,
  },
  {
    name: 'latency',
    title: 'Callback latency on the idle local stack',
    limitMinutes: 8,
    targets: TARGETS.latency,
  },
];

/** A quick run of one program is for smoke: it is to take a minute at most. */
export const QUICK_LIMIT_MINUTES = 3;

/** The rows of a program that has told nothing. */
export function notMeasured({ targets }: BenchProgram, why: string): Row[] {
  return targets.map((target) => ({ ...target, figure: null, left_out: `not measured: ${why}` }));
}
