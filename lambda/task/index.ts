/** What task files import, as `callback-completion/task`. */
export {
  defineTask,
  type ExternalTaskDefinition,
  type ExternalTaskOptions,
  type InputSchema,
  type TaskDefinition,
  type TaskOptions,
} from './define-task.ts';
export { RetryableTaskError } from './retryable-task-error.ts';
export type { Run, TaskContext, TaskLogger, TaskModule } from './run.ts';
