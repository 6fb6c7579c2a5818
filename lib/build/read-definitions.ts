import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as z from 'zod/v4/core';
import { checkTaskName, isTaskDefinition, type TaskDefinition } from '../../lambda/task/define-task.ts';
import { asBuildError, BuildError, shownPath } from './build-error.ts';
import { MODULE_OPTIONS } from './bundle-options.ts';
import type { TaskFile } from './find-tasks.ts';
import { exportsRun, keepDefinitions } from './keep-definition.ts';
import { TASK_IMPORTS } from './task-imports.ts';
import type { TaskSummary } from './task-summary.ts';

/** Notified while definitions, which are code of the app, are evaluated. */
export interface EvaluationWatch {
  readonly onEvaluate?: (file: string) => void;
  readonly onEvaluated?: () => void;
}

/**
 * Evaluates the definitions of task files in this process, without their work.
 *
 * @param watch is notified before and after code of the app runs
 * @throws BuildError with a line for each file that is wrong
 */
export async function readDefinitions(
  files: readonly TaskFile[],
  { onEvaluate, onEvaluated }: EvaluationWatch = {},
): Promise<TaskSummary[]> {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-definitions-'));
  try {
    await build({
      ...MODULE_OPTIONS,
      ...TASK_IMPORTS,
      entryPoints: files.map(({ file }, index) => ({ in: file, out: String(index) })),
      outdir: folder,
      plugins: [keepDefinitions(files.map(({ file }) => file))],
    });
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
