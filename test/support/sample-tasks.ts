import { deployedTasks } from '../../lambda/task/deployed-tasks.ts';
import type { TaskModule } from '../../lambda/task/run.ts';
import * as generateReport from '../../tasks/generate-report/task.ts';
import * as fail from '../../tasks/samples/fail.ts';
import * as manualReview from '../../tasks/samples/manual-review.ts';
import * as sleep from '../../tasks/samples/sleep.ts';

/** The tasks of this repository, as `npm start` has them: for tests of functions that no build has finished. */
export const SAMPLE_MODULES: Readonly<Record<string, TaskModule>> = {
  'generate-report': generateReport as TaskModule,
  fail: fail as TaskModule,
  'manual-review': manualReview as TaskModule,
  sleep: sleep as TaskModule,
};

export const SAMPLE_TASKS = deployedTasks(
  Object.entries(SAMPLE_MODULES).map(([name, { definition }]) => [name, definition]),
);
