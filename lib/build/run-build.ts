import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFile } from '../../package/files.ts';
import { nodeRefusal, RUNNING_NODE } from '../../package/node-version.ts';
import { BuildError } from './build-error.ts';
import type { BuildRequest } from './build-functions.ts';
import type { TaskSummary } from './task-summary.ts';

/** If this variable is `1`, functions are built for this machine. The local stack sets it for the app that it synthesizes. */
export const LOCAL_BUILD_VARIABLE = 'CALLBACK_COMPLETION_LOCAL_BUILD';

/** What the build program writes into the output folder. */
export type BuildAnswer = { readonly tasks: readonly TaskSummary[] } | { readonly error: string };

export const ANSWER_FILE = 'answer.json';

const BUILD_PROGRAM = programFile('lib/build/build.ts');

/** Definitions that never finish would make the caller wait forever. npm may have to install packages. */
const BUILD_TIMEOUT_MS = 300_000;

/**
 * Runs the build program and waits for it: the CDK needs the code before a constructor returns.
 *
 * @throws BuildError with the file, what is wrong and what to do; also for a Node that cannot run the program
 */
export function runBuildSync(request: BuildRequest): readonly TaskSummary[] {
  const refusal = nodeRefusal('callback-completion', RUNNING_NODE);
  if (refusal !== undefined) throw new BuildError(refusal);
  try {
    execFileSync(process.execPath, [BUILD_PROGRAM, JSON.stringify(request)], {
      // What definitions print goes to stderr: stdout is the template's.
      stdio: ['ignore', 2, 2],
      timeout: BUILD_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    return answerOf(request, error);
  }
  return answerOf(request);
}

/** The same for a caller that does other things meanwhile. */
export async function runBuild(request: BuildRequest): Promise<readonly TaskSummary[]> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const options = { timeout: BUILD_TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
  execFile(process.execPath, [BUILD_PROGRAM, JSON.stringify(request)], options, resolve);
  return answerOf(request, await promise);
}

/** An answer counts also if the process failed: it says which definition it had reached. */
function answerOf({ outputFolder }: BuildRequest, failure?: unknown): readonly TaskSummary[] {
  const file = join(outputFolder, ANSWER_FILE);
  if (!existsSync(file)) throw new BuildError(`the functions could not be built: ${failure}`);
  const answer: BuildAnswer = JSON.parse(readFileSync(file, 'utf8'));
  if ('error' in answer) throw new BuildError(answer.error);
  return answer.tasks;
}
