import { join } from 'node:path';
import { SAMPLE_TASKS } from './sample-tasks.ts';

/** The submit function from its sources, with the tasks of this repository. Set its environment first. */
export async function loadSubmitHandler() {
  const { submitHandler } = await import('../../lambda/submit/handler.ts');
  return submitHandler(SAMPLE_TASKS);
}

/** The run function from its sources, with the tasks of this repository. Set its environment first. */
export async function loadRunHandler() {
  const { runHandler } = await import('../../lambda/run/handler.ts');
  return runHandler({
    work: { find: () => undefined },
    processFile: join(import.meta.dirname, 'sample-tasks-process.ts'),
  });
}

export type SubmitHandler = Awaited<ReturnType<typeof loadSubmitHandler>>;
export type RunHandler = Awaited<ReturnType<typeof loadRunHandler>>;
