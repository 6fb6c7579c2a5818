import * as z from 'zod/mini';
import { defineTask } from '../define-task.ts';

/** Waits for someone elsewhere to decide: to see work that is not done here. See `examples/external-worker/`. */
export const manualReview = defineTask({
  name: 'manual-review',
  external: true,
  input: z.strictObject({ subject: z.string().check(z.maxLength(1_000)) }),
});
