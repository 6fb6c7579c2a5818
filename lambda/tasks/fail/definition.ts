import * as z from 'zod';
import { defineTask } from '../define-task.ts';

/** Fails: to see what a caller is told. With `times`, it asks for another run that often, then succeeds. */
export const fail = defineTask({
  name: 'fail',
  input: z
    .strictObject({
      message: z.string().max(1_000).optional(),
      times: z.int().min(0).max(100).optional(),
    })
    .optional(),
});
