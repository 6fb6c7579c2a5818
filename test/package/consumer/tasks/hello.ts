import { defineTask, RetryableTaskError, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({
  input: z.strictObject({ name: z.string() }),
  timeout: '30s',
});

export const run: Run<typeof definition> = async ({ name }, context) => {
  if (name === 'nobody') throw new RetryableTaskError('nobody is there', { afterSeconds: 5 });
  context.logger.info('greets');
  return { greeting: `Hello, ${name}` };
};
