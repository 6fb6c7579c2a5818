import { figureText, limitText } from '../report/row-texts.ts';
import type { BenchResult, Row } from '../result.ts';
import { drawColdStart } from './of-cold-start.ts';
import { drawDeliverCpu } from './of-deliver-cpu.ts';
import { drawDrain } from './of-drain.ts';
import { drawLatency } from './of-latency.ts';
import { drawPrice } from './of-price.ts';
import { drawSoak } from './of-soak.ts';
import { overview } from './overview.ts';
import { type Drawing, svgOf } from './svg.ts';

export interface Plot {
  /** Whose it is; `all`: of the whole page. */
  readonly bench: string;
  readonly file: string;
  readonly about: string;
  readonly svg: string;
}

/** The plots of what was measured. A program without figures has none. */
export function plotsOf(results: readonly BenchResult[]): Plot[] {
  const measured = results.filter(({ rows }) => rows.some(({ figure }) => figure !== null));
  const own = measured.flatMap((result) => {
    const draw = DRAWN[result.bench];
    return draw === undefined ? [] : [plot(result.bench, ...draw(result))];
  });
  const rows = measured.flatMap((result) => result.rows);
  if (rows.length === 0) return own;
  const told = (row: Row) => `${figureText(row)} (${limitText(row)})`;
  const about = 'How much of its limit each target takes';
  return [plot('all', about, svgOf(about, [overview(rows, told)])), ...own];
}

function plot(bench: string, about: string, svg: string): Plot {
  return { bench, file: `bench-${bench === 'all' ? 'targets' : bench}.svg`, about, svg };
}

const DRAWN: Readonly<Record<string, (result: BenchResult) => Drawing>> = {
  'cold-start': drawColdStart,
  'deliver-cpu': drawDeliverCpu,
  price: drawPrice,
  drain: drawDrain,
  soak: drawSoak,
  latency: drawLatency,
};
