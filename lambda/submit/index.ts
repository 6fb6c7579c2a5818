/** What the build needs to make the submit function for an app's tasks. */
export { deployedTasks } from '../task/deployed-tasks.ts';
export { submitHandler } from './handler.ts';
