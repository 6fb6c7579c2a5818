import type { TaskSummary } from '../../lib/build/task-summary.ts';
import type { BrokenTask } from '../../local/broken-tasks.ts';
import { counted, printable } from '../terminal.ts';
import type { Check } from './check.ts';

/** Warns of tasks that do not load here: they may still load on AWS. */
export function judgeTasks(
  tasks: readonly Pick<TaskSummary, 'name'>[],
  broken: readonly BrokenTask[],
): Check {
  const name = 'tasks';
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
