import type { Stages } from './measure-stages.ts';
import type { PricedScenario } from './tables.ts';
import { millionCosts, sumOf, type Usage } from './usage.ts';

/** In which ways a million tasks come. */
export const SCENARIOS = {
  byDefault: 'single, runBatchSize=1 (default), full batches',
  tuned: 'single, runBatchSize=10, full batches',
  tunedHalf: 'single, runBatchSize=10, batches half full',
  batchByDefault: 'batch of 100, runBatchSize=1 (default), full batches',
  batchTuned: 'batch of 100, runBatchSize=10, full batches',
  oneAtATime: 'single, one at a time: no batch ever has two',
} as const;

export type Scenario = keyof typeof SCENARIOS;

const PARTS: Readonly<Record<Scenario, readonly (keyof Stages)[]>> = {
  byDefault: ['submitOne', 'runOne', 'deliverFull'],
  tuned: ['submitOne', 'runFull', 'deliverFull'],
  tunedHalf: ['submitOne', 'runHalf', 'deliverHalf'],
  batchByDefault: ['submitBatch', 'runOne', 'deliverFull'],
  batchTuned: ['submitBatch', 'runFull', 'deliverFull'],
  oneAtATime: ['submitOne', 'runOne', 'deliverOne'],
};

export function pricedScenarios(
  stages: Readonly<Record<keyof Stages, { readonly usage: Usage }>>,
): Readonly<Record<Scenario, PricedScenario>> {
  const priced = (scenario: Scenario): PricedScenario => {
    const usage = sumOf(...PARTS[scenario].map((part) => stages[part].usage));
    return { name: SCENARIOS[scenario], usage, costs: millionCosts(usage) };
  };
  return {
    byDefault: priced('byDefault'),
    tuned: priced('tuned'),
    tunedHalf: priced('tunedHalf'),
    batchByDefault: priced('batchByDefault'),
    batchTuned: priced('batchTuned'),
    oneAtATime: priced('oneAtATime'),
  };
}
