import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { UsageError, UserError } from './user-error.ts';

/** Values for this machine, from a file such as `.env`. */
export interface EnvFile {
  /** As the user knows it, for messages. */
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
}

export const DEFAULT_ENV_FILE = '.env';

/** A value for this machine that is missing or not allowed. The message states what to set and never holds a value. */
export class LocalValueError extends UserError {
  override readonly name = 'LocalValueError';
}

/**
 * Reads a file of `NAME=value` lines, as Node's `--env-file` does.
 *
 * @param path relative to the current working directory; undefined: `.env`, which may be missing
 * @throws UsageError if the file cannot be read
 */
export function readEnvFile(path: string | undefined): EnvFile {
  const used = path ?? DEFAULT_ENV_FILE;
  let text = '';
  try {
    text = readFileSync(used, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (path !== undefined || code !== 'ENOENT') {
      throw new UsageError(
        `${used} cannot be read (${code}). Give --dotenv the path of a file of NAME=value lines.`,
      );
    }
  }
  const values = Object.entries(parseEnv(text)).map(([name, value]) => [name, value ?? ''] as const);
  return { path: used, values: new Map(values) };
}

/** For a stack that no file belongs to. */
export const NO_ENV_FILE: EnvFile = { path: DEFAULT_ENV_FILE, values: new Map() };
