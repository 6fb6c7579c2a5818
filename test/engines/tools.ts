import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const LOCKS = join(import.meta.dirname, 'tools');
const CACHE = join(import.meta.dirname, '../../node_modules/.cache');

/** A program that an engine needs is not on this machine. */
export class MissingToolError extends Error {
  override readonly name = 'MissingToolError';
}

/**
 * Installs a Python package with the exact versions of `tools/<name>.txt`, unless it is there from an earlier run.
 *
 * @param name of the package with its version: `moto-5.2.5`
 * @returns the folder of its programs
 * @throws MissingToolError if there is no Python 3
 */
export async function pythonPackage(name: string): Promise<string> {
  const lock = join(LOCKS, `${name}.txt`);
  const directory = join(CACHE, name);
  const isInstalled = existsSync(join(directory, 'lock.txt'))
    ? readFileSync(join(directory, 'lock.txt'), 'utf8') === readFileSync(lock, 'utf8')
    : false;
  if (!isInstalled) {
    await need('python3', ['python3', 'python3-venv']);
    rmSync(directory, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', directory]);
    const pip = join(directory, 'bin/pip');
    await run(pip, ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', lock]);
    // Last: a folder without it is installed once more.
    cpSync(lock, join(directory, 'lock.txt'));
  }
  return join(directory, 'bin');
}

/**
 * Fetches the jars of `tools/<name>.xml` with Maven, unless they are there from an earlier run.
 *
 * @returns the folder of the jars
 * @throws MissingToolError if there is no Java or no Maven
 * @throws Error if the jars are not those of `tools/<name>.sha256`
 */
export async function javaPackage(name: string): Promise<string> {
  await need('java', ['default-jre-headless']);
  const directory = join(CACHE, name);
  if (!existsSync(directory)) {
    await need('mvn', ['maven']);
    mkdirSync(CACHE, { recursive: true });
    const fetched = mkdtempSync(join(CACHE, `${name}-`));
    await run('mvn', [
      '--quiet',
      '--batch-mode',
      '--strict-checksums',
      `--file=${join(LOCKS, `${name}.xml`)}`,
      'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies',
      `-DoutputDirectory=${fetched}`,
      '-DincludeScope=runtime',
    ]);
    checkSums(fetched, readFileSync(join(LOCKS, `${name}.sha256`), 'utf8'));
    renameSync(fetched, directory);
  }
  return directory;
}

/**
 * Installs the npm packages of `tools/<name>/package-lock.json`, unless they are there from an earlier run. Their install scripts
 * are run: this one compiles native code.
 *
 * @returns the folder with `node_modules`
 * @throws MissingToolError if this machine cannot compile C++
 */
export async function nativeNodePackage(name: string): Promise<string> {
  const directory = join(CACHE, name);
  if (existsSync(directory)) return directory;
  await need('cmake', ['cmake', 'make', 'g++']);
  await need('g++', ['make', 'g++']);
  mkdirSync(CACHE, { recursive: true });
  const installed = mkdtempSync(join(CACHE, `${name}-`));
  cpSync(join(LOCKS, name), installed, { recursive: true });
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts=false', `--prefix=${installed}`]);
  renameSync(installed, directory);
  return directory;
}

function checkSums(directory: string, sums: string): void {
  for (const [, sum, file = ''] of sums.matchAll(/^(\w{64}) {2}(\S+)$/gm)) {
    const found = createHash('sha256').update(readFileSync(join(directory, file)));
    if (found.digest('hex') !== sum) throw new Error(`${file} has another checksum than the expected ${sum}`);
  }
}

/** CI installs what it lacks. On other machines that is left to their owners. */
async function need(program: string, debianPackages: readonly string[]): Promise<void> {
  if (isThere(program)) return;
  if (process.env.CI === 'true' && isThere('apt-get')) {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...debianPackages]);
    if (isThere(program)) return;
  }
  throw new MissingToolError(`it needs ${program}, which is not on this machine`);
}

function isThere(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a program to its end. What it writes is shown only if it fails. */
async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${`${out}${err}`.slice(-2_000)}`);
}
