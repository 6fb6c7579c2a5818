import { setTimeout } from 'node:timers/promises';
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

/** Waits. Use it to watch a task while it runs. */
export const definition = defineTask({
  input: z.strictObject({ seconds: z.number().check(z.minimum(0), z.maximum(900)) }),
});

export const run: Run<typeof definition> = async ({ seconds }, { signal }) => {
  await setTimeout(seconds * 1000, undefined, { signal });
  return { slept_seconds: seconds };
};
