import type { Row } from './result.ts';

/** What a target asks, without what was measured. */
export interface Target<Name extends string = string> {
  /** In the words of the table of targets. */
  readonly target: Name;
  readonly unit: string;
  readonly comparison: Row['comparison'];
  readonly limit: number;
}

/** What was measured of a target. */
export type Found = Pick<Row, 'figure' | 'spread' | 'left_out'>;

/** Each program's targets, which are the rows that it tells, and what is told in its place where it fails. */
export const TARGETS = {
  'cold-start': [
    atMost(0.5, '×', 'cold start of submit, import and first call, of the usual bundle'),
    atMost(2.75, '×', 'cold start of submit, whole process, of `node -e 0`'),
  ],
  'bundle-size': [
    atMost(240, 'KiB', 'bundle size of submit'),
    atMost(240, 'KiB', 'bundle size of deliver'),
    atMost(240, 'KiB', 'bundle size of task-status'),
  ],
  'deliver-cpu': [atMost(2.5, '×', 'deliver: CPU per callback, of a bare node:http POST loop')],
  'aws-calls': [
    atMost(2, 'calls', 'AWS calls per task, happy path: submit'),
    atMost(5, 'calls', 'AWS calls per task, happy path: run, one in a batch'),
    atMost(3.2, 'calls', 'AWS calls per task, happy path: run, ten in a batch'),
    atMost(2.2, 'calls', 'AWS calls per task, happy path: deliver, ten in a batch'),
    atMost(4, 'units', 'write units per task, happy path'),
    atMost(1, 'units', 'read units per task, happy path'),
  ],
  price: [
    atMost(6, '$', 'price per million tasks, single, with runBatchSize=10 and full batches'),
    atMost(6, '$', 'price per million tasks, single, by default (runBatchSize=1), full batches'),
    atMost(4.5, '$', 'price per million tasks, by batch submit, with runBatchSize=10 and full batches'),
    atMost(4.5, '$', 'price per million tasks, by batch submit, by default (runBatchSize=1), full batches'),
    atMost(0.6, '×', "price of a task, single, with runBatchSize=10 and full batches, of QStash's"),
  ],
  drain: [
    atLeast(1, '×', 'drain of 20,000 owed callbacks, of a BullMQ worker'),
    atLeast(1, '×', 'drain of 20,000 owed callbacks, of a pg-boss worker'),
    atLeast(1, '×', 'drain of 20,000 owed callbacks, of a BullMQ worker; deliver alone, its engine a stub'),
    atLeast(1, '×', 'drain of 20,000 owed callbacks, of a pg-boss worker; deliver alone, its engine a stub'),
  ],
  soak: [
    atMost(150, 'MiB', 'memory of deliver after 100,000 callbacks'),
    atMost(1.1, '×', 'memory of deliver after 100,000 callbacks, of that after 10,000'),
    atMost(1.1, '×', 'growth: time per task at 100,000 owed, of that at 1,000'),
  ],
  latency: [
    atMost(60, 'ms', 'callback latency on the idle local stack, submit to receipt, p50'),
    atMost(200, 'ms', 'callback latency on the idle local stack, submit to receipt, p99'),
  ],
} as const;

/** A row for each target, in their order. That none is forgotten and none made up is the compiler's to see. */
export function rowsOf<Name extends string>(
  targets: readonly Target<Name>[],
  found: Readonly<Record<NoInfer<Name>, Found>>,
): Row[] {
  return targets.map((target) => ({ ...target, ...found[target.target] }));
}

function atMost<const Name extends string>(limit: number, unit: string, target: Name): Target<Name> {
  return { target, unit, comparison: 'at most', limit };
}

function atLeast<const Name extends string>(limit: number, unit: string, target: Name): Target<Name> {
  return { target, unit, comparison: 'at least', limit };
}
