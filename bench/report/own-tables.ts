import type { PricedScenario } from '../price/tables.ts';
import { ITEM_NAMES, ITEMS } from '../price/usage.ts';
import type { BenchResult } from '../result.ts';
import { table } from './markdown.ts';

/** What a program found besides its rows, where a table tells it better than a plot. One that failed has none. */
export function ownTable(result: BenchResult): string | undefined {
  if (result.rows.every(({ figure }) => figure === null)) return undefined;
  return TABLES[result.bench]?.(result);
}

const TABLES: Readonly<Record<string, (result: BenchResult) => string>> = {
  'aws-calls': callsTable,
  price: priceTable,
  latency: latencyTable,
};

interface StageCalls {
  readonly stage: string;
  readonly calls: Readonly<Record<string, number>>;
}

const STAGES: Readonly<Record<string, string>> = {
  submit: 'submit',
  runByOne: 'run, one in a batch',
  runByTen: 'run, ten in a batch',
  deliverByTen: 'deliver, ten in a batch',
};

function callsTable(result: BenchResult): string {
  const { operations } = result as BenchResult & { readonly operations: readonly StageCalls[] };
  return table(
    ['stage', 'calls for each task'],
    operations.map(({ stage, calls }) => [
      STAGES[stage] ?? stage,
      Object.entries(calls)
        .map(([operation, each]) => `${each} ${operation}`)
        .join(', '),
    ]),
  );
}

function priceTable(result: BenchResult): string {
  const { scenarios } = result as BenchResult & { readonly scenarios: readonly PricedScenario[] };
  const items = ITEM_NAMES.map((item) => [
    ITEMS[item].says,
    ...scenarios.map(
      ({ usage, costs }) => `${Number(usage[item].toPrecision(3))}: $${costs[item].toFixed(2)}`,
    ),
  ]);
  const totals = ['**a million tasks**', ...scenarios.map(({ costs }) => `**$${costs.total.toFixed(2)}**`)];
  return table(['of each task, and of a million', ...scenarios.map(({ name }) => name)], [...items, totals]);
}

interface Step {
  readonly name: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly percent: number;
}

function latencyTable(result: BenchResult): string {
  const { steps } = result as BenchResult & { readonly steps: readonly Step[] };
  return table(
    ['step', 'share of the time', 'p50', 'p99'],
    steps.map(({ name, percent, p50Ms, p99Ms }) => [name, `${percent} %`, `${p50Ms} ms`, `${p99Ms} ms`]),
  );
}
