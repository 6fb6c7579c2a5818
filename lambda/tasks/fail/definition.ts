import * as z from 'zod/mini';
import { defineTask } from '../define-task.ts';

/** Fails: to see what a caller is told. With `times`, it asks for another run that often, then succeeds. */
export const fail = defineTask({
  name: 'fail',
  input: z.optional(
    z.strictObject({
      message: z.optional(z.string().check(z.maxLength(1_000))),
      times: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
    }),
  ),
});
