import { parseArgs } from 'node:util';
import { type BenchProgram, PROGRAMS } from './programs.ts';

export const USAGE = `npm run bench -- [options]

Measures every target, program by program, and ends with the table of targets. A full run writes bench/results/*.json,
docs/benchmarks.md and its plots; it takes about ten minutes, and wants a machine that has nothing else to do.

  --only NAME,…   only these programs: ${PROGRAMS.map(({ name }) => name).join(', ')}
  --quick         a minute each at most, for smoke: nothing is written
  --strict        exit code 1 where a target is missed; without, where a program fails
  --report        only write docs/benchmarks.md and its plots again, from bench/results/*.json
  --help          show this
`;

export interface RunOptions {
  readonly programs: readonly BenchProgram[];
  readonly isQuick: boolean;
  readonly isStrict: boolean;
  readonly onlyReport: boolean;
  readonly help: boolean;
}

/** @throws RangeError or TypeError with what was given and what is allowed */
export function parseRunOptions(args: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return {
    programs: values.only === undefined ? PROGRAMS : values.only.split(',').map(programOf),
    isQuick: values.quick,
    isStrict: values.strict,
    onlyReport: values.report,
    help: values.help,
  };
}

function programOf(name: string): BenchProgram {
  const program = PROGRAMS.find((known) => known.name === name.trim());
  if (program !== undefined) return program;
  const known = PROGRAMS.map((each) => each.name).join(', ');
  throw new RangeError(`--only names ${JSON.stringify(name)}; there are ${known}.`);
}
