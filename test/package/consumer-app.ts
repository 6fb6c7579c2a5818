import { spawn } from 'node:child_process';
import { cpSync, globSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { npmFailure } from '../support/registry.ts';

/** The fixture app with its lock file. */
const FIXTURE = join(import.meta.dirname, 'consumer');

/** npm would report newer releases of itself, and of packages whose install scripts do not run. */
const NPM_OPTIONS = [
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--no-update-notifier',
];

/** Of what the file system counts as `blocks`. */
const BLOCK_BYTES = 512;

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A folder of an app outside of the repository. */
export class ConsumerApp {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** An app with nothing but the package and what it brings along. */
  static async withPackageAlone(folder: string, tarball: string): Promise<ConsumerApp> {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"alone","private":true}');
    const app = new ConsumerApp(folder);
    await app.#npm(['install', ...NPM_OPTIONS, tarball]);
    return app;
  }

  /** The fixture app, in the versions of its lock file, with the package. */
  static async ofFixture(folder: string, tarball: string): Promise<ConsumerApp> {
    cpSync(FIXTURE, folder, { recursive: true, filter: (source) => !source.includes('node_modules') });
    const app = new ConsumerApp(folder);
    await app.#npm(['ci', ...NPM_OPTIONS]);
    await app.#npm(['install', '--no-save', ...NPM_OPTIONS, tarball]);
    return app;
  }

  /** @throws NoRegistryError if no registry answers */
  async #npm(args: readonly string[]): Promise<void> {
    const { code, errors } = await this.run('npm', args);
    if (code !== 0) throw npmFailure(`npm ${args[0]} failed in ${this.folder}`, errors);
  }

  /** Runs a program in the app's folder, with the app's own programs and the given Node first on the path. */
  async run(file: string, args: readonly string[], node = process.execPath): Promise<Ended> {
    const path = [join(this.folder, 'node_modules', '.bin'), join(node, '..'), process.env.PATH].join(
      delimiter,
    );
    const child = spawn(file, args, {
      cwd: this.folder,
      env: { ...process.env, PATH: path, NO_COLOR: '1', npm_config_update_notifier: 'false' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code, output, errors };
  }

  /** @throws Error with what the program wrote, if it fails */
  async mustRun(file: string, args: readonly string[], node?: string): Promise<string> {
    const { code, output, errors } = await this.run(file, args, node);
    if (code === 0) return output;
    throw new Error(`${file} ${args.join(' ')} ended with ${code}:\n${output}${errors}`);
  }

  /** Size of node_modules, or of one package in it, on this disk. */
  mebibytes(name = ''): number {
    const folder = join(this.folder, 'node_modules', name);
    const blocks = readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((entry) => lstatSync(join(entry.parentPath, entry.name)).blocks)
      .reduce((sum, count) => sum + count, 0);
    return Math.round((blocks * BLOCK_BYTES) / 104_857.6) / 10;
  }

  /** Number of packages in node_modules. */
  packages(): number {
    const folders = ['node_modules/*', 'node_modules/@*/*', 'node_modules/**/node_modules/*'];
    return globSync(
      folders.map((folder) => `${folder}/package.json`),
      { cwd: this.folder },
    ).length;
  }
}
