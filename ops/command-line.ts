import { parseArgs } from 'node:util';
import { parsedFor } from '../local/options.ts';
import { UsageError } from '../local/user-error.ts';
import { commandLine } from '../package/command-name.ts';
import type { Target } from './target.ts';
import type { Terminal } from './terminal.ts';

const OPTIONS = {
  client: { type: 'string' },
  'dry-run': { type: 'boolean' },
  expires: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  host: { type: 'string' },
  json: { type: 'boolean' },
  limit: { type: 'string' },
  'older-than': { type: 'string' },
  outputs: { type: 'string' },
  overlap: { type: 'string' },
  pipeline: { type: 'string' },
  rate: { type: 'string' },
  reason: { type: 'string' },
  since: { type: 'string' },
  stack: { type: 'string' },
  state: { type: 'string' },
  status: { type: 'string' },
  task: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
} as const;

export type Values = ReturnType<typeof parseCommandLine>['values'];

/** One command with what was given to it. */
export interface Invocation {
  readonly values: Values;
  /** What follows the command's name: tasks' ids, or a key's. */
  readonly ids: readonly string[];
  readonly terminal: Terminal;
  /** The stack that it works on; looked for only now, so that a command line is understood first. */
  readonly target: () => Promise<Target>;
}

export interface Command {
  /** Its options, besides those that tell where. */
  readonly takes: readonly (keyof Values)[];
  /** How many ids may follow its name; default: none. */
  readonly ids?: 'one' | 'any';
  run(invocation: Invocation): Promise<void>;
}

/** @throws UsageError for an option that there is not */
export function parseCommandLine(args: readonly string[]) {
  return parsedFor(commandLine('ops', '--help'), () =>
    parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS }),
  );
}

/**
 * Reads an option that is a whole number.
 *
 * @returns the default where it is not given
 * @throws UsageError
 */
function wholeNumber(
  values: Values,
  option: 'limit' | 'rate',
  { min, max, byDefault }: { readonly min: number; readonly max: number; readonly byDefault: number },
): number {
  const text = values[option];
  if (text === undefined) return byDefault;
  const given = Number(text);
  if (/^\d{1,9}$/.test(text) && given >= min && given <= max) return given;
  throw new UsageError(
    `--${option} is ${text}; it must be a whole number from ${min} to ${max}. Example: --${option} ${byDefault || 100}`,
  );
}

/** The most items that a command handles; Infinity where `--limit` is 0 or, without a default, not given. */
export function limitOf(values: Values, byDefault = 0): number {
  return wholeNumber(values, 'limit', { min: 0, max: 999_999_999, byDefault }) || Number.POSITIVE_INFINITY;
}

/** Items a second at most. */
export function rateOf(values: Values): number {
  return wholeNumber(values, 'rate', { min: 1, max: 1_000, byDefault: 100 });
}

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws UsageError for what cannot be a task's id */
export function taskId(given: string): string {
  if (TASK_ID.test(given)) return given.toLowerCase();
  throw new UsageError(
    `${given} is no task's id; one is a UUID, as POST /api/tasks answered it: 0c5e2f9a-6b1d-4e8f-9a70-3d2c1b0a9f8e`,
  );
}
