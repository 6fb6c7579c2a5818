import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildError } from '../../lib/build/build-error.ts';
import { runBuild } from '../../lib/build/run-build.ts';
import type { TaskSummary } from '../../lib/build/task-summary.ts';
import type { DeploymentBuild } from '../../lib/build-request.ts';
import { type BrokenTask, brokenTasks } from '../../local/broken-tasks.ts';

/** The tasks of a deployment, or why they cannot be built. */
export type BuiltTasks =
  | { readonly tasks: readonly TaskSummary[]; readonly broken: readonly BrokenTask[] }
  | { readonly error: string };

/**
 * Builds the functions for this machine, and loads every task once.
 *
 * @param environment the variables that tasks find
 */
export async function buildTasks(
  build: DeploymentBuild,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BuiltTasks> {
  const outputFolder = mkdtempSync(join(tmpdir(), 'doctor-build-'));
  try {
    const tasks = await runBuild({ ...build, outputFolder, local: true });
    return { tasks, broken: await brokenTasks(join(outputFolder, 'run', 'work'), environment) };
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    return { error: error.message };
  } finally {
    rmSync(outputFolder, { recursive: true, force: true });
  }
}
