import { counted, printable } from '../terminal.ts';
import type { BuiltTasks } from './build-tasks.ts';
import type { Check } from './check.ts';

/** A deployment fails if tasks cannot be built. One that does not load here may still load on AWS. */
export function judgeTasks(built: BuiltTasks): Check {
  const name = 'tasks';
  if ('error' in built) return { name, status: 'failed', finding: inLines(built.error.trim().split('\n')) };

  const { tasks, broken } = built;
  if (broken.length > 0) {
    return {
      name,
      status: 'warning',
      finding: inLines([
        `${broken.length} of ${counted(tasks.length, 'task')} cannot be loaded on this machine; if that is so on AWS, every run fails with TaskLoadError:`,
        ...broken.map((task) => `${task.name}: ${task.problem}`),
      ]),
      next: [
        'If a task needs a variable that this machine lacks, put NAME=value into .env',
        'If a task needs a package with native code, name the package in the setting nodeModules',
      ],
    };
  }
  const names = tasks.map((task) => task.name);
  return {
    name,
    status: 'ok',
    finding: inLines([`${counted(tasks.length, 'task')} can be built and loaded: ${names.join(', ')}`]),
  };
}

function inLines(lines: readonly string[]): string {
  return lines.map(printable).join('\n');
}
