import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BuildError, shownPath } from './build-error.ts';

export interface NodeModulesRequest {
  /** Names of packages. */
  readonly nodeModules: readonly string[];
  /** Folder of the app's package.json, package-lock.json and node_modules. */
  readonly appFolder: string;
  readonly architecture: 'arm64' | 'x86_64';
}

/** Lambda's names for processors → npm's. */
const NPM_CPU = { arm64: 'arm64', x86_64: 'x64' } as const;

/**
 * Installs packages beside the work as Lambda needs them (Linux, glibc), in the versions of the app's lock file.
 *
 * @throws BuildError if a package is not installed in the app, or npm fails
 */
export function installNodeModules(request: NodeModulesRequest, workFolder: string): void {
  const { nodeModules, appFolder, architecture } = request;
  if (nodeModules.length === 0) return;
  const lockFile = join(appFolder, 'package-lock.json');
  if (!existsSync(lockFile)) {
    throw new BuildError(
      `nodeModules: ${shownPath(lockFile)} does not exist. Run npm install: the lock file decides which versions are deployed.`,
    );
  }
  const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
  const dependencies = Object.fromEntries(
    nodeModules.map((name) => {
      const version = lock.packages?.[`node_modules/${name}`]?.version;
      if (version === undefined) throw notInstalled(name, appFolder);
      return [name, version];
    }),
  );
  const write = (file: string, content: object) =>
    writeFileSync(join(workFolder, file), JSON.stringify(content));
  // npm leaves out what these packages do not need.
  write('package.json', { name: 'work', private: true, dependencies });
  write('package-lock.json', {
    ...lock,
    packages: { ...lock.packages, '': { name: 'work', dependencies } },
  });
  npm(
    [
      'ci',
      '--os=linux',
      `--cpu=${NPM_CPU[architecture]}`,
      '--libc=glibc',
      '--omit=dev',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ],
    workFolder,
  );
  for (const file of ['package.json', 'package-lock.json']) rmSync(join(workFolder, file));
}

/**
 * Links packages of the app beside the work, so that it finds them wherever the assembly is.
 *
 * @throws BuildError if a package is not installed in the app
 */
export function linkNodeModules({ nodeModules, appFolder }: NodeModulesRequest, workFolder: string): void {
  for (const name of nodeModules) {
    const link = join(workFolder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installedFolder(name, appFolder), link, 'junction');
  }
}

/** The folder in which Node finds the package from the app's folder. */
function installedFolder(name: string, appFolder: string): string {
  for (let folder = appFolder; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (folder === dirname(folder)) throw notInstalled(name, appFolder);
  }
}

function notInstalled(name: string, appFolder: string): BuildError {
  return new BuildError(
    `nodeModules: ${name} is not installed in ${shownPath(appFolder) || 'this folder'}. Run npm install ${name}, or remove it from the setting nodeModules.`,
  );
}

/** Runs the npm that runs this script, else the one on the path. */
function npm(args: readonly string[], cwd: string): void {
  const { npm_execpath: script } = process.env;
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  try {
    execFileSync(command, [...first, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    throw new BuildError(`nodeModules: npm ci failed in ${cwd}: ${stderr.trim() || message}`);
  }
}
