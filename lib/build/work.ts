import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { WORK_MANIFEST, type WorkTask } from '../../lambda/run/work.ts';
import { BuildError, shownPath } from './build-error.ts';
import { MODULE_OPTIONS, WITH_SOURCE_MAP } from './bundle-options.ts';
import { TASK_IMPORTS } from './task-imports.ts';
import type { TaskSummary } from './task-summary.ts';

export interface WorkRequest {
  readonly tasks: readonly TaskSummary[];
  /** Packages that stay imports. */
  readonly nodeModules: readonly string[];
  /** The work's folder in the run function. */
  readonly outputFolder: string;
  readonly withSourceMap: boolean;
}

/**
 * Bundles the work of tasks, a module for each, and writes the list of them. The bundle is not trimmed: it contains
 * whatever packages the app has.
 *
 * @throws BuildError for a task that is not external and exports no run
 */
export async function buildWork(request: WorkRequest): Promise<Metafile> {
  const { tasks, nodeModules, outputFolder, withSourceMap } = request;
  const ownWork = tasks.filter(({ external }) => !external);
  const { metafile } = await build({
    ...MODULE_OPTIONS,
    ...TASK_IMPORTS,
    entryPoints: ownWork.map(({ name, file }) => ({ in: file, out: name })),
    outdir: outputFolder,
    external: nodeModules.flatMap((name) => [name, `${name}/*`]),
    ...(withSourceMap && WITH_SOURCE_MAP),
  });
  checkExports(metafile, ownWork);
  const list = tasks.map(
    ({ name, aliases, external, timeoutSeconds }): WorkTask => ({
      names: [name, ...aliases],
      ...(!external && { module: `${name}.mjs` }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    }),
  );
  mkdirSync(outputFolder, { recursive: true });
  writeFileSync(join(outputFolder, WORK_MANIFEST), JSON.stringify(list));
  return metafile;
}

function checkExports({ outputs }: Metafile, tasks: readonly TaskSummary[]): void {
  const exportsOf = new Map(
    Object.values(outputs).map(({ entryPoint, exports }) => [resolve(entryPoint ?? ''), exports]),
  );
  const problems = tasks
    .filter(({ file }) => exportsOf.get(file)?.includes('run') !== true)
    .map(
      ({ file }) =>
        `${shownPath(file)}: exports no run. Add \`export const run: Run<typeof definition> = async (input, context) => { … }\`, or \`external: true\` to the definition if the work is done elsewhere.`,
    );
  if (problems.length > 0) throw new BuildError(problems.join('\n'));
}
