import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TaskModule } from '../task/run.ts';

/** File in the work's folder that lists its tasks. The build writes it. */
export const WORK_MANIFEST = 'tasks.json';

/** One task of the work's folder. */
export interface WorkTask {
  /** Its name, then its aliases. */
  readonly names: readonly string[];
  /** File below the work's folder that exports `definition` and `run`. Undefined for an external task. */
  readonly module?: string;
  /** The time limit of its definition, in seconds. Undefined if the definition sets none. */
  readonly timeoutSeconds?: number;
}

/** The tasks that are deployed, each loaded on its first run. */
export interface Work {
  /** The task that has this name or alias. */
  find(name: string): WorkTask | undefined;
  /**
   * Loads a task's module; undefined if no task with work of its own has this name or alias.
   *
   * @throws what the module throws while it loads
   */
  load(name: string): Promise<TaskModule | undefined>;
}

/** Reads the list of tasks in a work's folder. */
export function workIn(folder: string): Work {
  const tasks: readonly WorkTask[] = JSON.parse(readFileSync(join(folder, WORK_MANIFEST), 'utf8'));
  const byName = new Map(tasks.flatMap((task) => task.names.map((name) => [name, task])));
  return {
    find: (name) => byName.get(name),
    async load(name) {
      const { module } = byName.get(name) ?? {};
      return module === undefined ? undefined : await import(pathToFileURL(join(folder, module)).href);
    },
  };
}
