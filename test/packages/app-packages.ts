import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differencesFrom } from '../../bench/peers/lock-file.ts';

/** The fixture app: its package.json, lock file, tasks and CDK app. */
export const APP = join(import.meta.dirname, 'app');

/** Packages of the app that are installed beside the work. */
export const NODE_MODULES = ['sharp', 'pdfkit'];

/** The registry cannot be reached, so that nothing can be tested. */
export class NoRegistryError extends Error {
  override readonly name = 'NoRegistryError';
}

/** Errors of npm when a registry does not answer. */
const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|E5\d\d)\b/;

/** npm explains at length. */
const MAX_SHOWN_LINES = 5;

/**
 * Installs the app's packages in the versions of its lock file, unless they are installed.
 *
 * @throws NoRegistryError if no registry answers; Error if npm fails for another reason
 */
export function installAppPackages(): void {
  const [difference] = differencesFrom(read('package-lock.json'), (folder) =>
    existsSync(join(APP, folder, 'package.json')) ? read(join(folder, 'package.json')) : undefined,
  );
  if (difference === undefined) return;
  console.log(`Installing test/packages/app, since ${difference}`);
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['ci', ...options], { cwd: APP, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status === 0) return;
  const message = `npm ci failed in test/packages/app:\n${stderr.trim().split('\n').slice(0, MAX_SHOWN_LINES).join('\n')}`;
  throw UNREACHABLE.test(stderr) ? new NoRegistryError(message) : new Error(message);
}

function read(path: string) {
  return JSON.parse(readFileSync(join(APP, path), 'utf8'));
}
