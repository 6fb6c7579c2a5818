import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Runs npm: the one that runs the script, else the one that is on the path. */
export function npm(args: readonly string[]): { readonly output: string; readonly errors: string } {
  const { npm_execpath: script } = process.env;
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { stdout, stderr, error } = spawnSync(command, [...first, ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  return { output: stdout, errors: stderr };
}
