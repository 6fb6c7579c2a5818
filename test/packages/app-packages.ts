import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differencesFrom } from '../../bench/peers/lock-file.ts';
import { npmFailure } from '../support/registry.ts';

/** The fixture app: its package.json, lock file, tasks and CDK app. */
export const APP = join(import.meta.dirname, 'app');

/** Packages of the app that are installed beside the work. */
export const NODE_MODULES = ['sharp', 'pdfkit'];

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
  throw npmFailure('npm ci failed in test/packages/app', stderr);
}

function read(path: string) {
  return JSON.parse(readFileSync(join(APP, path), 'utf8'));
}
