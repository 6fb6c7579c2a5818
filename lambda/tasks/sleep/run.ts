import { setTimeout } from 'node:timers/promises';
import { implementTask } from '../implement-task.ts';
import { sleep } from './definition.ts';

export const sleepWork = implementTask(sleep, async ({ seconds }, { signal }) => {
  await setTimeout(seconds * 1000, undefined, { signal });
  return { slept_seconds: seconds };
});
