import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildFunctions } from '../../lib/build/build-functions.ts';
import { findTasks } from '../../lib/build/find-tasks.ts';
import { prebuiltFunctions } from '../../lib/build/prebuilt.ts';
import { readDefinitions } from '../../lib/build/read-definitions.ts';
import { buildSubmit } from '../../lib/build/submit.ts';
import { APP, NODE_MODULES } from './app-packages.ts';

const TASKS = join(APP, 'tasks');

/** The names of the app's task files. */
export function taskNames(): string[] {
  return findTasks([TASKS]).map(({ fileName }) => fileName);
}

/** The app's functions as they are deployed. */
export interface DeployedBuild {
  /** Folder of the work: a module for each task, and node_modules. */
  readonly work: string;
  /** esbuild's account of the work. */
  readonly workFile: Metafile;
}

/** Builds the app for a processor of Lambda, as `cdk deploy` does. */
export async function buildDeployed(
  architecture: 'arm64' | 'x86_64',
  outputFolder: string,
): Promise<DeployedBuild> {
  const { metafiles } = await build({ architecture, outputFolder, nodeModules: NODE_MODULES, local: false });
  const workFile = metafiles.get('run')?.at(-1);
  if (workFile === undefined) throw new Error('the build has no account of the work');
  return { work: join(outputFolder, 'run', 'work'), workFile };
}

/** The message with which a build fails; undefined if it does not. */
export async function buildFailure(request: {
  nodeModules: readonly string[];
  local: boolean;
  outputFolder: string;
}): Promise<string | undefined> {
  return await build({ architecture: 'arm64', ...request }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

/** The size of submit's bundle in bytes: with the app's first task alone, and with all of them. */
export async function submitBytes(folder: string): Promise<{ withOne: number; withAll: number }> {
  const { folder: prebuilt } = await prebuiltFunctions();
  const tasks = await readDefinitions(findTasks([TASKS]));
  const sizeWith = async (count: number) => {
    const outputFolder = join(folder, `submit-${count}`);
    mkdirSync(outputFolder, { recursive: true });
    await buildSubmit({
      unfinished: join(prebuilt, 'submit'),
      tasks: tasks.slice(0, count),
      appFolder: APP,
      outputFolder,
      withSourceMap: false,
    });
    return statSync(join(outputFolder, 'index.js')).size;
  };
  return { withOne: await sizeWith(1), withAll: await sizeWith(tasks.length) };
}

async function build(request: {
  architecture: 'arm64' | 'x86_64';
  nodeModules: readonly string[];
  local: boolean;
  outputFolder: string;
}) {
  return await buildFunctions({ taskFolders: [TASKS], appFolder: APP, ...request });
}
