import type { SimulationResult } from './simulation.ts';

/** What a simulation came to, for a terminal. */
export function reportOf(result: SimulationResult, tookMs: number): string {
  const { seed, tasks, injected, violations, states, virtualMs } = result;
  const width = Math.max(...[...injected.keys()].map((name) => name.length));
  const lines = [
    `seed ${seed}, ${tasks} clients: ${result.accepted} tasks accepted, ${result.ioSteps} I/O steps, ${result.events} events,`,
    `${(virtualMs / 3_600_000).toFixed(1)} h of virtual time in ${(tookMs / 1000).toFixed(1)} s`,
    '',
    'injected',
    ...[...injected].map(([name, count]) => `  ${name.padEnd(width)}  ${count}`),
    '',
    'outcomes',
    ...[...states].sort().map(([state, count]) => `  ${state.padEnd(width)}  ${count}`),
    `  ${'never answered with 202, not begun'.padEnd(width)}  ${result.unanswered}`,
    `  ${'died or replayed at least once'.padEnd(width)}  ${result.died}`,
    `  ${'POSTs seen by receivers'.padEnd(width)}  ${result.posts}`,
    '',
    `violations: ${violations.length}`,
    ...violations.map(
      ({ invariant, taskId, what, atMs }) =>
        `  ${(atMs / 1000).toFixed(3)} s  ${invariant}: ${what} (task ${taskId})`,
    ),
    ...violations
      .slice(0, 1)
      .map(({ taskId }) => `replay: npm run simulate -- --seed ${seed} --tasks ${tasks} --trace ${taskId}`),
  ];
  return lines.join('\n');
}
