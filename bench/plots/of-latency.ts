import type { BenchResult } from '../result.ts';
import { type Drawing, svgOf } from './svg.ts';
import { waterfall } from './waterfall.ts';

interface TaskTrace {
  readonly totalMs: number;
  readonly acceptedMs: number;
  readonly steps: readonly { readonly name: string; readonly fromMs: number; readonly toMs: number }[];
}

/** Two tasks, step by step, to one scale. */
export function drawLatency(result: BenchResult): Drawing {
  const { median, p99, tasks } = result as BenchResult & { median: TaskTrace; p99: TaskTrace; tasks: number };
  const about = 'The way of a task on the idle local stack, step by step: the median one and the one at p99';
  const piece = (name: string, { totalMs, acceptedMs, steps }: TaskTrace) =>
    waterfall({
      title: `${name} of ${tasks}: ${totalMs.toFixed(1)} ms from the request to the callback’s receipt`,
      steps,
      marks: [{ atMs: acceptedMs, told: `202 after ${acceptedMs.toFixed(1)} ms` }],
      endMs: Math.max(median.totalMs, p99.totalMs),
    });
  return [about, svgOf(about, [piece('The median task', median), piece('The task at p99', p99)])];
}
