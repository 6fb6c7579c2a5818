/** Entry of the run function. The build puts the work and its process beside this file. */
import { join } from 'node:path';
import { runHandler } from './handler.ts';
import { workIn } from './work.ts';

export const handler = runHandler({
  work: workIn(join(import.meta.dirname, 'work')),
  processFile: join(import.meta.dirname, 'task-process.mjs'),
});
