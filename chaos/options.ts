import { parseArgs } from 'node:util';
import { parsedFor } from '../local/options.ts';
import { UsageError } from '../local/user-error.ts';

export interface ChaosOptions {
  readonly tasks: number;
  readonly minutes: number;
  readonly seed: number;
  readonly json: boolean;
  readonly help: boolean;
}

const DEFAULTS = { tasks: 500, minutes: 1 };
const MOST = { tasks: 100_000, minutes: 60, seed: 2 ** 31 - 1 };

export const HELP = `Breaks the local stack in every way that it can be broken, and tells what has become of every task.

  npm run chaos -- [options]

      --tasks N      tasks to submit, 1 to ${MOST.tasks} (default: ${DEFAULTS.tasks})
      --minutes N    how long they are submitted and processes killed, 0.1 to ${MOST.minutes} (default: ${DEFAULTS.minutes}); other
                     faults go on while callbacks come in, at most as long again; settling and the redrive take a
                     few minutes more
      --seed N       0 to ${MOST.seed}: the same tasks and the same dice again (default: another each time)
      --json         the findings as JSON on standard output, instead of a table
  -h, --help         show this

  It uses a folder of its own for the stack's state and the loopback interface only, and ends all that it starts.
  Exit code: 0 the promise was kept, 1 it was not or the run failed, 2 not understood, 130 broken off
`;

/**
 * @param args what follows the script's name
 * @param freshSeed taken where none is given
 * @throws UsageError
 */
export function parseOptions(args: readonly string[], freshSeed: number): ChaosOptions {
  const { values } = parse(args);
  return {
    tasks: number('tasks', values.tasks, { min: 1, max: MOST.tasks, byDefault: DEFAULTS.tasks }),
    minutes: number('minutes', values.minutes, { min: 0.1, max: MOST.minutes, byDefault: DEFAULTS.minutes }),
    seed: number('seed', values.seed, { min: 0, max: MOST.seed, byDefault: freshSeed }),
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  return parsedFor('npm run chaos -- --help', () =>
    parseArgs({
      args: [...args],
      options: {
        tasks: { type: 'string' },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
}

function number(
  option: 'tasks' | 'minutes' | 'seed',
  text: string | undefined,
  { min, max, byDefault }: { min: number; max: number; byDefault: number },
): number {
  if (text === undefined) return byDefault;
  const pattern = option === 'minutes' ? /^\d{1,4}(\.\d{1,3})?$/ : /^\d{1,10}$/;
  const given = Number(text);
  if (pattern.test(text) && given >= min && given <= max) return given;
  const what = option === 'minutes' ? 'a number' : 'a whole number';
  throw new UsageError(`--${option} is ${text}; it must be ${what} from ${min} to ${max}.`);
}
