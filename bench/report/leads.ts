import { SCENARIOS, type Scenario } from '../price/scenarios.ts';
import type { PricedScenario } from '../price/tables.ts';
import type { BenchResult } from '../result.ts';

/** What a section says first: for which circumstances its figures hold, where that must not be overlooked. */
export function leadOf(result: BenchResult): string | undefined {
  return result.bench === 'price' ? priceLead(result) : undefined;
}

function priceLead(result: BenchResult): string | undefined {
  const { scenarios } = result as BenchResult & { readonly scenarios?: readonly PricedScenario[] };
  if (scenarios === undefined) return undefined;
  const dollars = (scenario: Scenario) => {
    const total = scenarios.find(({ name }) => name === SCENARIOS[scenario])?.costs.total;
    return total === undefined ? '–' : `$${total.toFixed(2)}`;
  };
  return [
    `A million tasks cost ${dollars('tuned')} (${dollars('batchTuned')} by batch submit) where \`runBatchSize\` is set to`,
    `10 and queues have a backlog, so that batches are full; with the default, \`runBatchSize\` = 1, they cost`,
    `${dollars('byDefault')} (${dollars('batchByDefault')}), and in a lightly loaded month, in which tasks come one at`,
    `a time and no batch has two, ${dollars('oneAtATime')}, whatever is set.`,
  ].join(' ');
}
