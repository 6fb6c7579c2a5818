import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `npm run bench:local-stack -- [options]

Runs a checkout's own "npm start", sends it tasks from many clients at once, and measures throughput, memory of the
process tree, and how long the console's requests take meanwhile. Needs Linux: memory is read from /proc.

  npm run bench:local-stack                          this checkout
  npm run bench:local-stack -- --before ../before    this checkout and an older one in turn, with ratios; make the older one by
                                                     git worktree add ../before 581ac19 && (cd ../before && npm ci)

  --checkout DIR   the checkout to measure (default: this one)
  --before DIR     another checkout to compare with
  --tasks N        tasks of each round (default 2000)
  --clients N      clients that submit at once (default 20)
  --rounds N       how often each checkout is measured; the median counts (default 3 with --before, else 1)
  --json           the figures as JSON on stdout; progress goes to stderr
`;

const MOST_TASKS = 100_000;
const MOST_CLIENTS = 1_000;
const MOST_ROUNDS = 100;
const THIS_CHECKOUT = resolve(import.meta.dirname, '../..');

export interface Options {
  /** Absolute path of the checkout to measure. */
  readonly checkout: string;
  /** Absolute path of the checkout to compare with; undefined: none. */
  readonly before: string | undefined;
  readonly tasks: number;
  readonly clients: number;
  readonly rounds: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws RangeError or TypeError that states what was given and what is allowed */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      checkout: { type: 'string', default: THIS_CHECKOUT },
      before: { type: 'string' },
      tasks: { type: 'string', default: '2000' },
      clients: { type: 'string', default: '20' },
      rounds: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const rounds = values.rounds ?? (values.before === undefined ? '1' : '3');
  return {
    checkout: resolve(values.checkout),
    before: values.before === undefined ? undefined : resolve(values.before),
    tasks: count('--tasks', values.tasks, MOST_TASKS),
    clients: count('--clients', values.clients, MOST_CLIENTS),
    rounds: count('--rounds', rounds, MOST_ROUNDS),
    json: values.json,
    help: values.help,
  };
}

function count(option: string, given: string, most: number): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= 1 && number <= most) return number;
  throw new RangeError(`${option} is ${JSON.stringify(given)}; it must be a whole number from 1 to ${most}.`);
}
