import type { BenchResult } from '../result.ts';
import type { Resident } from '../soak/memory.ts';
import { lines } from './lines.ts';
import { type Drawing, svgOf } from './svg.ts';

interface SoakResult extends BenchResult {
  readonly resident: readonly Resident[];
  readonly times: readonly { readonly owed: number; readonly msPerTask: number }[];
}

const MEMORY_LIMIT_MIB = 150;
const GROWTH_LIMIT = 1.1;

/** Memory over what was delivered, and time for each task over what is owed. */
export function drawSoak(result: BenchResult): Drawing {
  const { resident, times } = result as SoakResult;
  const about = 'Memory of deliver over 100,000 callbacks, and its time for each task over what is owed';
  const memory = lines({
    title: 'Resident memory of one deliver process',
    unit: 'MiB',
    counted: 'callbacks delivered',
    points: resident.map(({ callbacks, mib }) => [callbacks, mib]),
    limit: { value: MEMORY_LIMIT_MIB, told: `target: ${MEMORY_LIMIT_MIB} MiB` },
  });
  const [least] = times;
  const growth = lines({
    title: 'Time for each task',
    unit: 'ms',
    counted: 'callbacks owed',
    isLogarithmic: true,
    points: times.map(({ owed, msPerTask }) => [owed, msPerTask]),
    ...(least !== undefined && {
      limit: {
        value: GROWTH_LIMIT * least.msPerTask,
        told: `target: ${GROWTH_LIMIT} × that at ${least.owed.toLocaleString('en-US')} owed`,
      },
    }),
  });
  return [about, svgOf(about, [memory, growth])];
}
