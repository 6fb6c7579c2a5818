import { implementTask, RetryableTaskError } from '../implement-task.ts';
import { fail } from './definition.ts';

export const failWork = implementTask(fail, (input, { run }) => {
  const message = input?.message ?? 'this task always fails';
  if (input?.times === undefined) throw new Error(message);
  if (run <= input.times) throw new RetryableTaskError(`${message} (run ${run} of ${input.times + 1})`);
  return { runs: run };
});
