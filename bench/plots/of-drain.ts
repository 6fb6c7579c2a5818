import type { SideFigures } from '../drain/report.ts';
import type { BenchResult } from '../result.ts';
import { bars } from './bars.ts';
import { type Drawing, svgOf } from './svg.ts';

/** How fast each side is, and what it takes for it. */
export function drawDrain(result: BenchResult): Drawing {
  const { sides } = result as BenchResult & { readonly sides: readonly SideFigures[] };
  const about = 'Owed callbacks worked off by each side: how many a second, and CPU time for each';
  const perSecond = bars({
    title: 'Callbacks a second: more is better',
    about: 'Medians of turns; in brackets between which values half of the turns were.',
    bars: sides.map(({ name, perSecond, perSecondSpread }) => ({
      name,
      parts: [{ name: whoseIs(name), value: perSecond }],
      told: `${perSecond} (${perSecondSpread})`,
    })),
  });
  const cpu = bars({
    title: 'CPU time for each callback, in milliseconds: less is better',
    about: 'Of workers and servers together, user and kernel.',
    bars: sides.map(({ name, cpuMsPerCallback }) => ({
      name,
      parts: [{ name: whoseIs(name), value: cpuMsPerCallback }],
      told: cpuMsPerCallback.toFixed(2),
    })),
  });
  return [about, svgOf(about, [perSecond, cpu])];
}

function whoseIs(name: string): string {
  return name.startsWith('ours') ? 'ours' : 'theirs';
}
