import { describe, expect, it } from 'vitest';
import { notMeasured, PROGRAMS } from '../../bench/programs.ts';
import { readResults } from '../../bench/report.ts';
import type { Row } from '../../bench/result.ts';
import { rowsOf, TARGETS } from '../../bench/targets.ts';

const asked = (rows: readonly Row[]) =>
  rows.map(({ target, unit, comparison, limit }) => ({ target, unit, comparison, limit }));

describe('the targets of a program', () => {
  const { results } = readResults();

  it.each(PROGRAMS.map((program) => [program.name, program] as const))(
    'are the rows that %s tells, and tells of where it fails',
    (name, program) => {
      const told = results.find(({ bench }) => bench === name);

      expect(asked(told?.rows ?? [])).toEqual(program.targets);
      expect(asked(notMeasured(program, 'it ended with 3'))).toEqual(program.targets);
    },
  );

  it('are told in their order, with what was found', () => {
    const rows = rowsOf(TARGETS.latency, {
      'callback latency on the idle local stack, submit to receipt, p99': {
        figure: 38.1,
        spread: 'p90 26 ms',
      },
      'callback latency on the idle local stack, submit to receipt, p50': { figure: 19.9 },
    });

    expect(rows).toEqual([
      {
        target: 'callback latency on the idle local stack, submit to receipt, p50',
        figure: 19.9,
        unit: 'ms',
        comparison: 'at most',
        limit: 60,
      },
      {
        target: 'callback latency on the idle local stack, submit to receipt, p99',
        figure: 38.1,
        unit: 'ms',
        comparison: 'at most',
        limit: 200,
        spread: 'p90 26 ms',
      },
    ]);
  });
});
