import { cpSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import type { FunctionName } from '../../lambda/contract/settings.ts';
import { asBuildError, BuildError } from './build-error.ts';
import { writeNotes } from './build-notes.ts';
import { type DefinitionRules, refusedDefinitions } from './check-definitions.ts';
import { findTasks } from './find-tasks.ts';
import { installNodeModules, linkNodeModules } from './node-modules.ts';
import { FUNCTIONS, prebuiltFunctions } from './prebuilt.ts';
import { type EvaluationWatch, readDefinitions } from './read-definitions.ts';
import { buildSubmit } from './submit.ts';
import type { TaskSummary } from './task-summary.ts';
import { buildWork } from './work.ts';

/** What is to be built. */
export interface BuildRequest {
  /** Absolute folders of task files. */
  readonly taskFolders: readonly string[];
  /** Packages that are not bundled with the work: native code, or packages that read their own files. */
  readonly nodeModules: readonly string[];
  /** Folder of the app's package.json, package-lock.json and node_modules. */
  readonly appFolder: string;
  /** The processor that `nodeModules` are installed for. */
  readonly architecture: 'arm64' | 'x86_64';
  /**
   * What the deployment allows definitions to say.
   *
   * @default - anything
   */
  readonly rules?: DefinitionRules;
  /** Gets a folder for each function. */
  readonly outputFolder: string;
  /**
   * Builds for this machine: source maps and a list of sources beside the code, and `nodeModules` as links to the
   * app's. The code is the same to the byte, except for the names of files that several tasks share.
   */
  readonly local: boolean;
}

/** What was built. */
export interface Build {
  readonly tasks: readonly TaskSummary[];
  /** For each function, esbuild's accounts of its files. */
  readonly metafiles: ReadonlyMap<FunctionName, readonly Metafile[]>;
}

/**
 * Builds the code of all functions for an app's tasks.
 *
 * @param watch is notified before and after code of the app runs
 * @throws BuildError with the file, what is wrong and what to do
 */
export async function buildFunctions(request: BuildRequest, watch: EvaluationWatch = {}): Promise<Build> {
  const { taskFolders, outputFolder, nodeModules, appFolder, local } = request;
  const prebuilt = await prebuiltFunctions();
  const tasks = await readDefinitions(findTasks(taskFolders), { nodeModules, appFolder, ...watch });
  const refused = request.rules === undefined ? [] : refusedDefinitions(tasks, request.rules);
  if (refused.length > 0) throw new BuildError(refused.join('\n'));
  for (const name of FUNCTIONS) copyDeployed(join(prebuilt.folder, name), join(outputFolder, name), local);

  const work = join(outputFolder, 'run', 'work');
  try {
    const [submitFile, workFile] = await Promise.all([
      buildSubmit({
        unfinished: join(prebuilt.folder, 'submit'),
        tasks,
        appFolder,
        outputFolder: join(outputFolder, 'submit'),
        withSourceMap: local,
      }),
      buildWork({ tasks, nodeModules, outputFolder: work, withSourceMap: local }),
    ]);
    if (local) linkNodeModules(request, work);
    else installNodeModules(request, work);
    const finished: Partial<Record<FunctionName, Metafile>> = { submit: submitFile, run: workFile };
    const metafiles = new Map(
      FUNCTIONS.map((name) => {
        const last = finished[name];
        return [name, [...prebuilt.metafiles(name), ...(last === undefined ? [] : [last])]];
      }),
    );
    if (local) explain(request, { tasks, metafiles });
    return { tasks, metafiles };
  } catch (error) {
    throw asBuildError(error);
  }
}

/** Prepares what the local stack shows about the code. */
function explain(request: BuildRequest, build: Build): void {
  writeNotes(request, build);
  for (const map of globSync(['submit/*.map', 'run/work/*.map'], { cwd: request.outputFolder })) {
    makeSourcesAbsolute(join(request.outputFolder, map));
  }
}

/** The CDK moves the code into the assembly, where relative paths would lead elsewhere. */
function makeSourcesAbsolute(mapFile: string, folder = dirname(mapFile)): void {
  const map = JSON.parse(readFileSync(mapFile, 'utf8'));
  writeFileSync(
    mapFile,
    JSON.stringify({ ...map, sources: map.sources.map((source: string) => resolve(folder, source)) }),
  );
}

/** Copies the code of a prebuilt function; for a local build its source maps, too. */
function copyDeployed(from: string, to: string, local: boolean): void {
  mkdirSync(to, { recursive: true });
  const isCopied = (file: string) =>
    !file.startsWith('unfinished.') &&
    (/\.m?js$|^package\.json$/.test(file) || (local && file.endsWith('.map')));
  for (const file of readdirSync(from).filter(isCopied)) {
    cpSync(join(from, file), join(to, file));
    if (file.endsWith('.map')) makeSourcesAbsolute(join(to, file), from);
  }
}
