/** The process in which the work of tasks runs, one run at a time. Started by `task-runner.ts`. */
import { join } from 'node:path';
import { secretReader } from './secrets.ts';
import { serveTasks } from './serve-tasks.ts';
import { workIn } from './work.ts';

serveTasks({
  load: workIn(join(import.meta.dirname, 'work')).load,
  secret: secretReader(process.env),
});
