import { fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MAX_LOAD_MS } from '../lambda/run/load-failure.ts';
import { WORK_MANIFEST, type WorkTask } from '../lambda/run/work.ts';
import { programFile } from '../package/files.ts';
import { SourcePlaces } from './source-places.ts';

/** Node ends a process with it if the main module awaits something that nothing will settle any more. */
const UNSETTLED_AWAIT_EXIT_CODE = 13;

/** A task whose module does not load: each of its runs would fail with TaskLoadError. */
export interface BrokenTask {
  readonly name: string;
  /** What happened, in one line: `Error: no licence, at tasks/greet.ts:3:7`. */
  readonly problem: string;
}

/** The folder of the work in a function's code; undefined for any function but run. */
export function workFolderOf(codeDirectory: string): string | undefined {
  const folder = join(codeDirectory, 'work');
  return existsSync(join(folder, WORK_MANIFEST)) ? folder : undefined;
}

/**
 * Loads the module of each task once, in a process of its own, and returns those that fail.
 *
 * @param workFolder the folder that a build for this machine made
 * @param environment the variables that the modules find
 */
export async function brokenTasks(
  workFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BrokenTask[]> {
  const tasks: readonly WorkTask[] = JSON.parse(readFileSync(join(workFolder, WORK_MANIFEST), 'utf8'));
  const waiting = tasks.flatMap(({ names: [name = ''], module }) =>
    module === undefined ? [] : [{ name, module }],
  );
  const broken: BrokenTask[] = [];
  const next = async (): Promise<void> => {
    const task = waiting.shift();
    if (task === undefined) return;
    const problem = await problemOf(join(workFolder, task.module), environment);
    if (problem !== undefined) broken.push({ name: task.name, problem });
    await next();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, next));
  return broken.sort((a, b) => a.name.localeCompare(b.name));
}

async function problemOf(
  module: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const child = fork(programFile('local/load-task.ts'), [module], {
    env: environment,
    execArgv: [],
    stdio: 'ignore',
  });
  const timer = setTimeout(() => {
    resolve(`did not finish loading within ${MAX_LOAD_MS / 1_000} s`);
    child.kill('SIGKILL');
  }, MAX_LOAD_MS);
  child.once('message', (message) => resolve(message === 'loaded' ? undefined : inOneLine(String(message))));
  child.once('exit', (code, signal) =>
    resolve(
      code === UNSETTLED_AWAIT_EXIT_CODE
        ? 'awaits something at its top level that never comes'
        : `ended its process (${signal ?? code}) while it was loading`,
    ),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

/** The error's first line, and the first place in the app's own sources. */
function inOneLine(stack: string): string {
  const [first = '', ...frames] = stack.split('\n');
  const [place] = new SourcePlaces().of(
    frames.filter((frame) => !/node:internal|load-task\.(ts|mjs)/.test(frame)),
  );
  return place === undefined ? first : `${first}, at ${place.where}`;
}
