import * as z from 'zod';
import { defineTask } from '../define-task.ts';

/** Does nothing for a while: to see a task being under way. */
export const sleep = defineTask({
  name: 'sleep',
  input: z.strictObject({ seconds: z.number().min(0).max(900) }),
});
