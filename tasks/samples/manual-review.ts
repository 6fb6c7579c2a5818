import { defineTask } from 'callback-completion/task';
import * as z from 'zod/mini';

/** Waits for a decision that somebody makes elsewhere. See `examples/external-worker/`. */
export const definition = defineTask({
  input: z.strictObject({ subject: z.string().check(z.maxLength(1_000)) }),
  external: true,
});
