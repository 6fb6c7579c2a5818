import type { BenchResult } from '../result.ts';
import { bars } from './bars.ts';
import { type Drawing, svgOf } from './svg.ts';

/** Of what a Node takes that does nothing. */
const PROCESS_LIMIT = 2.75;

interface ColdStartResult extends BenchResult {
  readonly medians: readonly { kind: string; processMs: number; importedMs: number; handledMs: number }[];
}

/** Where the time of a whole process goes. */
export function drawColdStart(result: BenchResult): Drawing {
  const { medians } = result as ColdStartResult;
  const names: Readonly<Record<string, string>> = {
    node: 'node -e 0',
    shipped: 'as shipped',
    usual: 'the usual bundle',
  };
  const nodeMs = medians.find(({ kind }) => kind === 'node')?.processMs;
  const about = 'Cold start of submit: the shipped bundle, the usual one, and a Node that does nothing';
  const chart = bars({
    title: 'From a process’s start to its end, in milliseconds',
    about: 'Medians. What is left is Node itself: its start and its end.',
    bars: medians.map(({ kind, processMs, importedMs, handledMs }) => ({
      name: names[kind] ?? kind,
      parts: [
        { name: 'Node', value: processMs - handledMs },
        { name: 'loading the bundle', value: importedMs },
        { name: 'the first call', value: handledMs - importedMs },
      ],
      told: `${processMs} ms`,
      ...(kind === 'shipped' &&
        nodeMs !== undefined && {
          limit: { value: PROCESS_LIMIT * nodeMs, told: `target: ${PROCESS_LIMIT} × node -e 0` },
        }),
    })),
  });
  return [about, svgOf(about, [chart])];
}
