import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { differencesFrom, type LockFile, type NamedVersion } from './lock-file.ts';

const FOLDER = import.meta.dirname;
const INSTALLED_WITHIN_MS = 180_000;

/**
 * Installs what bench/drain measures against, as its lock file says, unless just that is there.
 *
 * @returns why it could not be; undefined where it is there
 */
export function installPeers(): string | undefined {
  const [differs] = differences();
  if (differs === undefined) return undefined;
  process.stderr.write(`installing bench/peers: ${differs}\n`);
  try {
    // Not `npm ci`, which refuses a lock file where the registry lacks an optional package of some other platform. That
    // the versions are those of the lock file is looked at below. None of these packages needs its scripts.
    const options = ['--no-save', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', '--prefix', FOLDER, ...options], {
      stdio: ['ignore', 2, 2],
      timeout: INSTALLED_WITHIN_MS,
    });
  } catch (error) {
    return `npm install --prefix bench/peers failed: ${error instanceof Error ? error.message : error}`;
  }
  const [still] = differences();
  return still === undefined ? undefined : `after npm install --prefix bench/peers, ${still}`;
}

function differences(): string[] {
  return differencesFrom(JSON.parse(read('package-lock.json') ?? '{}') as LockFile, installedAt);
}

function installedAt(path: string): NamedVersion | undefined {
  const json = read(join(path, 'package.json'));
  return json === undefined ? undefined : (JSON.parse(json) as NamedVersion);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(FOLDER, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const requirePeer = createRequire(join(FOLDER, 'package.json'));

/** A package of bench/peers, which the rest of the repository does without. */
export async function loadPeer<Module>(name: string): Promise<Module> {
  return (await import(requirePeer.resolve(name))) as Module;
}

/** The exact version that is installed of a package. */
export function peerVersion(name: string): string {
  return installedAt(join('node_modules', name))?.version ?? '';
}
