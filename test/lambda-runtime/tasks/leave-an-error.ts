import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ afterMs: z.number() }) });

/** Completes, and throws later, when another task may run in its process. */
export const run: Run<typeof definition> = ({ afterMs }) => {
  setTimeout(() => {
    throw new Error('left by an earlier task');
  }, afterMs).unref();
  return 'completed';
};
