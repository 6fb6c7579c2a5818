import type { PricedScenario } from '../price/tables.ts';
import { ITEM_NAMES, ITEMS } from '../price/usage.ts';
import type { BenchResult } from '../result.ts';
import { bars } from './bars.ts';
import { type Drawing, svgOf } from './svg.ts';

/** By how a scenario's name begins. */
const LIMITS = [
  { begins: 'single', dollars: 6 },
  { begins: 'batch', dollars: 4.5 },
];

/** What a million tasks cost, item by item. */
export function drawPrice(result: BenchResult): Drawing {
  const { scenarios } = result as BenchResult & { readonly scenarios: readonly PricedScenario[] };
  const about = 'What a million tasks cost, item by item';
  const chart = bars({
    title: 'Dollars for a million tasks, the work’s own run included',
    bars: scenarios.map(({ name, costs }) => {
      const limit = LIMITS.find(({ begins }) => name.startsWith(begins));
      return {
        name,
        parts: ITEM_NAMES.map((item) => ({ name: ITEMS[item].says, value: costs[item] })),
        told: `$${costs.total.toFixed(2)}`,
        ...(limit !== undefined && {
          limit: { value: limit.dollars, told: `target $${limit.dollars.toFixed(2)}` },
        }),
      };
    }),
  });
  return [about, svgOf(about, [chart])];
}
