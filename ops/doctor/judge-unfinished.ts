import type { TaskSummary } from '../../lib/build/task-summary.ts';
import { counted, printable } from '../terminal.ts';
import type { Check } from './check.ts';
import type { UnfinishedTasks } from './scan-unfinished.ts';

export const UNFINISHED_CHECK = 'unfinished tasks';

/** Names that are shown; a ledger may have many. */
const MAX_SHOWN_NAMES = 5;

/** Every deployment of 0.1.0 had these tasks. A later one has them in a clone with `-c samples=true`. */
const SAMPLES_OF_0_1_0: readonly string[] = ['fail', 'manual-review', 'sleep'];

/** Warns of unfinished tasks that the deployment has no work for. */
export function judgeUnfinished(
  { countByName, itemsRead, isComplete }: UnfinishedTasks,
  tasks: readonly Pick<TaskSummary, 'name' | 'aliases'>[],
): Check {
  const name = UNFINISHED_CHECK;
  const deployed = new Set(tasks.flatMap((task) => [task.name, ...task.aliases]));
  const lost = [...countByName]
    .filter(([taskName]) => !deployed.has(taskName))
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || a.localeCompare(b));
  const extent = `${counted(itemsRead, 'item')} of the ledger read${isComplete ? '' : '; the scan stopped before its end'}`;
  if (lost.length === 0) {
    return { name, status: 'ok', finding: `each is named after a task of this deployment (${extent})` };
  }

  const total = lost.reduce((sum, [, count]) => sum + count, 0);
  const lostSamples = lost.some(([taskName]) => SAMPLES_OF_0_1_0.includes(taskName));
  const lostOthers = lost.some(([taskName]) => !SAMPLES_OF_0_1_0.includes(taskName));
  return {
    name,
    status: 'warning',
    finding: `${counted(total, 'unfinished task')} named after tasks that this deployment does not have: ${listed(lost)} (${extent}). Their work would fail with UnknownTask; external tasks can still be completed`,
    next: [
      ...(lostSamples
        ? [
            'Until the samples of 0.1.0 have finished (sleep, fail, manual-review), deploy with -c samples=true in a clone, or keep tasks with these names',
          ]
        : []),
      ...(lostOthers
        ? [
            `Until ${lostSamples ? 'the others' : 'they'} have finished, keep their task files, or add their names to the aliases of other tasks`,
          ]
        : []),
    ],
  };
}

function listed(counts: readonly (readonly [string, number])[]): string {
  const shown = counts
    .slice(0, MAX_SHOWN_NAMES)
    .map(([taskName, count]) => `${printable(taskName)} (${count})`)
    .join(', ');
  const hidden = counts.length - MAX_SHOWN_NAMES;
  return hidden > 0 ? `${shown} and ${hidden} more` : shown;
}
