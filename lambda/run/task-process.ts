/** The process in which the work of tasks runs, one run at a time. Started by `task-runner.ts`. */
import { functions } from '../tasks/functions.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks(functions);
