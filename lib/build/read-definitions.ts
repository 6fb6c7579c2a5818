import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Metafile } from 'esbuild';
import * as z from 'zod/v4/core';
import { checkTaskName, isTaskDefinition, type TaskDefinition } from '../../lambda/task/define-task.ts';
import { asBuildError, BuildError, shownPath } from './build-error.ts';
import { MODULE_OPTIONS } from './bundle-options.ts';
import type { TaskFile } from './find-tasks.ts';
import { exportsRun, keepDefinitions } from './keep-definition.ts';
import { secondCopies } from './second-copies.ts';
import { TASK_IMPORTS } from './task-imports.ts';
import type { TaskSummary } from './task-summary.ts';

/** Notified while definitions, which are code of the app, are evaluated. */
export interface EvaluationWatch {
  readonly onEvaluate?: (file: string) => void;
  readonly onEvaluated?: () => void;
}

export interface ReadOptions extends EvaluationWatch {
  /** Packages that are installed beside the work. */
  readonly nodeModules?: readonly string[];

  /**
   * Folder from which the pipeline finds its packages. Files of the app must find the same copies.
   *
   * @default - not checked
   */
  readonly appFolder?: string;
}

/**
 * Evaluates the definitions of task files in this process, without their work.
 *
 * @throws BuildError with a line for each file that is wrong
 */
export async function readDefinitions(
  files: readonly TaskFile[],
  { nodeModules = [], appFolder, onEvaluate, onEvaluated }: ReadOptions = {},
): Promise<TaskSummary[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-definitions-'));
  try {
    const { metafile } = await build({
      ...MODULE_OPTIONS,
      ...TASK_IMPORTS,
      external: nodeModules.flatMap((name) => [name, `${name}/*`]),
      entryPoints: files.map(({ file }, index) => ({ in: file, out: String(index) })),
      outdir: folder,
      plugins: [keepDefinitions(files.map(({ file }) => file))],
    });
    refuseInstalledPackages(metafile);
    const copies = appFolder === undefined ? [] : secondCopies(metafile, appFolder);
    if (copies.length > 0) throw new BuildError(copies.join('\n'));
    const problems: string[] = [];
    const tasks: TaskSummary[] = [];
    for (const [index, task] of files.entries()) {
      onEvaluate?.(task.file);
      try {
        tasks.push(await readDefinition(task, join(folder, `${index}.mjs`)));
      } catch (error) {
        problems.push(`${shownPath(task.file)}: ${error instanceof Error ? error.message : String(error)}`);
      }
      onEvaluated?.();
    }
    problems.push(...sharedNames(tasks));
    if (problems.length > 0) throw new BuildError(problems.join('\n'));
    return tasks;
  } catch (error) {
    throw asBuildError(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packages that are installed beside the work are not beside submit. */
function refuseInstalledPackages({ inputs, outputs }: Metafile): void {
  const [reached] = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external === true && !isBuiltin(path));
  if (reached === undefined) return;
  const [importer = ''] =
    Object.entries(inputs).find(([, { imports }]) =>
      imports.some(({ path, external }) => external === true && path === reached.path),
    ) ?? [];
  throw new BuildError(
    `${shownPath(importer)}: imports ${reached.path}, and a definition refers to this file. The submit function does not have the packages in nodeModules: move what the definition needs into a file that does not import ${reached.path}.`,
  );
}

async function readDefinition({ file, fileName }: TaskFile, module: string): Promise<TaskSummary> {
  const { definition } = await import(pathToFileURL(module).href);
  if (!isTaskDefinition(definition)) {
    throw new TypeError(
      'its definition is not a value that defineTask returned; write `export const definition = defineTask({ … })`',
    );
  }
  const { name = fileName, aliases = [], external, timeoutSeconds, callbackUrl, callbackFormat } = definition;
  checkTaskName('the name of its file', name);
  if (external === true && (await exportsRun(await readFile(file, 'utf8')))) {
    throw new TypeError(
      'an external task exports no run; remove run, or `external: true` from the definition',
    );
  }
  const inputSchema = jsonSchemaOf(definition);
  return {
    name,
    aliases,
    file,
    external: external === true,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(callbackUrl !== undefined && { callbackUrl }),
    ...(callbackFormat !== undefined && { callbackFormat }),
    ...(inputSchema !== undefined && { inputSchema }),
  };
}

function jsonSchemaOf({ input }: TaskDefinition): object | undefined {
  try {
    return z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  } catch {
    return undefined;
  }
}

/** A line for each name or alias that two tasks have. */
function sharedNames(tasks: readonly TaskSummary[]): string[] {
  const owners = new Map<string, TaskSummary>();
  return tasks.flatMap((task) =>
    [task.name, ...task.aliases].flatMap((name) => {
      const owner = owners.get(name);
      owners.set(name, task);
      if (owner === undefined) return [];
      return [
        `${shownPath(task.file)}: the name ${name} is also that of ${shownPath(owner.file)}; rename one of them, or change its aliases`,
      ];
    }),
  );
}
