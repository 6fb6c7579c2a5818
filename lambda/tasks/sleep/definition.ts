import * as z from 'zod/mini';
import { defineTask } from '../define-task.ts';

/** Does nothing for a while: to see a task being under way. */
export const sleep = defineTask({
  name: 'sleep',
  input: z.strictObject({ seconds: z.number().check(z.minimum(0), z.maximum(900)) }),
});
