import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build, version as ESBUILD_VERSION, type Metafile } from 'esbuild';
import type { FunctionName } from '../../lambda/contract/settings.ts';
import { FUNCTIONS_FOLDER, IS_PACKAGE, PACKAGE_FOLDER } from '../../package/files.ts';
import { asBuildError } from './build-error.ts';
import { MODULE_OPTIONS, TRIMMED_HANDLER_OPTIONS, WITH_SOURCE_MAP } from './bundle-options.ts';
import { trimSdk } from './trim-sdk.ts';

const LAMBDA = join(PACKAGE_FOLDER, 'lambda');

/** The functions that contain our code alone: their prebuilt code is deployed as it is. */
const COMPLETE = ['deliver', 'wake', 'task-status', 'complete-task', 'authorize'] as const;

/** The functions of a pipeline, by their folders below `lambda/`. */
export const FUNCTIONS = ['submit', 'run', ...COMPLETE] as const satisfies readonly FunctionName[];

/** File in a function's prebuilt folder with esbuild's accounts. */
const INPUTS = 'inputs.json';

/** Builds that are kept, each of about 4 MB. */
const KEPT_BUILDS = 10;

/** Where a prebuilt function is, and what it was made of. */
export interface Prebuilt {
  /** Folder with a folder for each function. */
  readonly folder: string;
  /** esbuild's accounts of a function's files, with paths relative to the package. */
  metafiles(name: FunctionName): Metafile[];
}

/**
 * Builds the functions, apart from what an app adds: submit lacks the definitions, run lacks the work. The folder is
 * named by its contents, so unchanged sources are built once. A package that an app has installed brings them along.
 *
 * @throws BuildError
 */
export async function prebuiltFunctions(): Promise<Prebuilt> {
  // Without esbuild's accounts: what they name is not in the package.
  if (IS_PACKAGE) return { folder: FUNCTIONS_FOLDER, metafiles: () => [] };
  const folder = join(FUNCTIONS_FOLDER, contentKey());
  if (existsSync(folder)) utimesSync(folder, new Date(), new Date());
  else await buildInto(folder);
  return {
    folder,
    metafiles: (name) => JSON.parse(readFileSync(join(folder, name, INPUTS), 'utf8')),
  };
}

/** Changes whenever a source, a dependency or an option may have changed. */
function contentKey(): string {
  const hash = createHash('sha256').update(ESBUILD_VERSION);
  const files = globSync(['lambda/**/*.{ts,json}', 'lib/build/*.ts', 'package-lock.json'], {
    cwd: PACKAGE_FOLDER,
  });
  for (const file of files.sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(PACKAGE_FOLDER, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Other processes may build at the same time: the folder appears whole or not at all. */
async function buildInto(folder: string): Promise<void> {
  const unfinished = `${folder}.${randomUUID()}`;
  try {
    await Promise.all([
      ...COMPLETE.map((name) => buildFunction(join(unfinished, name), [handlerOf(name)])),
      buildFunction(join(unfinished, 'run'), [RUN_HANDLER, WORK_PROCESS]),
      buildFunction(join(unfinished, 'submit'), [UNFINISHED_SUBMIT]),
    ]);
    renameSync(unfinished, folder);
    removeOldBuilds();
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw asBuildError(error);
  }
}

/** Another process may still copy from a recent build. */
function removeOldBuilds(): void {
  const builds = readdirSync(FUNCTIONS_FOLDER)
    .map((name) => join(FUNCTIONS_FOLDER, name))
    .map((path) => ({ path, usedMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedMs - a.usedMs);
  for (const { path } of builds.slice(KEPT_BUILDS)) rmSync(path, { recursive: true, force: true });
}

function handlerOf(name: FunctionName): BuildOptions {
  return {
    ...TRIMMED_HANDLER_OPTIONS,
    ...WITH_SOURCE_MAP,
    entryPoints: { index: join(LAMBDA, name, 'handler.ts') },
  };
}

const RUN_HANDLER: BuildOptions = {
  ...TRIMMED_HANDLER_OPTIONS,
  ...WITH_SOURCE_MAP,
  entryPoints: { index: join(LAMBDA, 'run', 'index.ts') },
};

/** The process of the work imports each task's module when it first runs. */
const WORK_PROCESS: BuildOptions = {
  ...MODULE_OPTIONS,
  ...WITH_SOURCE_MAP,
  mainFields: ['module', 'main'],
  entryPoints: { 'task-process': join(LAMBDA, 'run', 'task-process.ts') },
  plugins: [trimSdk],
};

/**
 * Submit without definitions, for a second build with them. zod stays an import, so that definitions and submit share
 * one copy of it: the app's.
 */
const UNFINISHED_SUBMIT: BuildOptions = {
  ...TRIMMED_HANDLER_OPTIONS,
  entryPoints: { unfinished: join(LAMBDA, 'submit', 'index.ts') },
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  external: ['zod', 'zod/*'],
  // The second build continues the map that the code names.
  sourcemap: 'linked',
  sourcesContent: false,
  // The second build does this.
  minify: false,
  minifySyntax: true,
  supported: {},
  define: {},
};

/** Each of the builds writes a part of the function. */
async function buildFunction(folder: string, parts: readonly BuildOptions[]): Promise<void> {
  const results = await Promise.all(
    parts.map((options) => build({ ...options, outdir: folder, absWorkingDir: PACKAGE_FOLDER })),
  );
  // Otherwise `index.js` would be an ES module if a parent folder's package.json says so.
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  writeFileSync(join(folder, INPUTS), JSON.stringify(results.map(({ metafile }) => metafile)));
}
