/** What tests of tasks import, as `callback-completion/testing`. */
export { type LoggedLine, type RunTaskOptions, runTask } from './run-task.ts';
