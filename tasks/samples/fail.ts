import { defineTask, RetryableTaskError, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

/** Fails. Use it to see the callback of a failure. With `times`, it asks for another run that often, then succeeds. */
export const definition = defineTask({
  input: z.optional(
    z.strictObject({
      message: z.optional(z.string().check(z.maxLength(1_000))),
      times: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
    }),
  ),
});

export const run: Run<typeof definition> = (input, { run }) => {
  const message = input?.message ?? 'this task always fails';
  if (input?.times === undefined) throw new Error(message);
  if (run <= input.times) throw new RetryableTaskError(`${message} (run ${run} of ${input.times + 1})`);
  return { runs: run };
};
