import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BuildError, shownPath } from './build-error.ts';

/** A task file, before anybody knows what it exports. */
export interface TaskFile {
  /** Absolute path, with links resolved, as esbuild reports it. */
  readonly file: string;
  /** The task's name unless its definition gives another: `thumbnail` of `tasks/thumbnail.ts`. */
  readonly fileName: string;
}

/**
 * Finds the task files of some folders: `<folder>/<name>.ts` and `<folder>/<name>/task.ts`. Tests (`*.test.ts`) and declarations
 * (`*.d.ts`) are not tasks.
 *
 * @param folders absolute paths
 * @throws BuildError if a folder does not exist or has no task
 */
export function findTasks(folders: readonly string[]): TaskFile[] {
  if (folders.length === 0) {
    throw new BuildError('tasks: no folder is given. Name at least one in the setting tasks.');
  }
  return folders.flatMap((folder) => {
    if (!existsSync(folder)) {
      throw new BuildError(
        `tasks: the folder ${shownPath(folder)} does not exist. Create it with a file for each task, or name another folder in the setting tasks.`,
      );
    }
    const found = readdirSync(folder)
      .flatMap((name) => taskIn(folder, name))
      .sort((a, b) => a.fileName.localeCompare(b.fileName));
    if (found.length === 0) {
      throw new BuildError(
        `tasks: the folder ${shownPath(folder)} has no task. A task is a file such as ${join(shownPath(folder), 'greet.ts')} that exports definition and run.`,
      );
    }
    return found;
  });
}

function taskIn(folder: string, name: string): TaskFile[] {
  if (statSync(join(folder, name)).isDirectory()) {
    const file = join(folder, name, 'task.ts');
    return existsSync(file) ? [{ file: realpathSync(file), fileName: name }] : [];
  }
  const isTask = name.endsWith('.ts') && !/\.(test|spec|d)\.ts$/.test(name);
  return isTask ? [{ file: realpathSync(join(folder, name)), fileName: basename(name, '.ts') }] : [];
}
