import { afterAll, describe, expect, it } from 'vitest';
import { FAULTS, type Fault } from './faults.ts';
import { type SimulationResult, simulate } from './simulation.ts';

/** A slow and busy machine is allowed this long for one seed. */
const LONGEST_MS = 60_000;

export interface Seeds {
  readonly first: number;
  readonly last: number;
  /** How many clients there are in each simulation. All seeds together must meet every fault. */
  readonly tasks: number;
}

/** Simulates these seeds, and prints what was injected in all of them. */
export function describeSeeds({ first, last, tasks }: Seeds): void {
  const results: SimulationResult[] = [];
  const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);

  describe(`${tasks} clients under faults`, () => {
    afterAll(() => console.log(summaryOf(results)));

    it.each(seeds)('lose nothing with seed %i', { timeout: LONGEST_MS }, async (seed) => {
      const result = await simulate({ seed, tasks });
      results.push(result);
      const replay = `replay: npm run simulate -- --seed ${seed} --tasks ${tasks}`;
      expect(result.violations, replay).toEqual([]);
      expect(result.accepted).toBeGreaterThan(tasks * 0.8);
    });

    it('have met every fault there is', () => {
      const total = totalOf(results);
      expect(FAULTS.filter((fault) => total(fault) === 0)).toEqual([]);
    });
  });
}

function totalOf(results: readonly SimulationResult[]): (fault: Fault) => number {
  return (fault) => results.reduce((total, { injected }) => total + (injected.get(fault) ?? 0), 0);
}

function summaryOf(results: readonly SimulationResult[]): string {
  const sum = (count: (result: SimulationResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const total = totalOf(results);
  return [
    `${results.length} seeds: ${sum(({ accepted }) => accepted)} tasks accepted, ${sum(({ posts }) => posts)} POSTs seen,`,
    `${sum(({ ioSteps }) => ioSteps)} I/O steps, ${sum(({ violations }) => violations.length)} violations; injected:`,
    ...FAULTS.map((fault) => `  ${String(total(fault)).padStart(7)}  ${fault}`),
  ].join('\n');
}
