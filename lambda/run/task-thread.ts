/**
 * The worker thread in which the work of tasks runs, one run at a time. It is a thread, so that work which
 * ignores its signal can be ended, and one of its own, so that no task shares memory with the stage.
 */
import { functions } from '../tasks/functions.ts';
import { serveTasks } from './serve-tasks.ts';

serveTasks(functions);
