import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

/** What the API checks requests against. A request whose input does not fit gets 400. */
export const definition = defineTask({
  input: z.strictObject({ name: z.string().check(z.minLength(1)) }),
  timeout: '30s',
});

/** The work. What it returns is the result in the callback; what it throws makes the task fail. */
export const run: Run<typeof definition> = async ({ name }, { logger, run }) => {
  logger.info('greeting', { run });
  return { greeting: `Hello, ${name}` };
};
