import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = import.meta.dirname;

/**
 * Installs what bench/drain measures against, as its lock file says, unless it is there.
 *
 * @returns why it could not be; undefined where it is there
 */
export function installPeers(): string | undefined {
  if (existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return undefined;
  process.stderr.write('installing bench/peers\n');
  try {
    // The npm that came with this Node or with the one that started it; none of these packages needs its scripts.
    execFileSync('npm', ['ci', '--prefix', FOLDER, '--ignore-scripts', '--no-audit', '--no-fund'], {
      stdio: ['ignore', 2, 2],
    });
    return undefined;
  } catch (error) {
    return `npm ci --prefix bench/peers failed: ${error instanceof Error ? error.message : error}`;
  }
}

const requirePeer = createRequire(join(FOLDER, 'package.json'));

/** A package of bench/peers, which the rest of the repository does without. */
export async function loadPeer<Module>(name: string): Promise<Module> {
  return (await import(requirePeer.resolve(name))) as Module;
}

/** The exact version that is installed of a package. */
export function peerVersion(name: string): string {
  const file = join(FOLDER, 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
