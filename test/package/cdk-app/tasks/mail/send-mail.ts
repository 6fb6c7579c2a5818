import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({
  input: z.strictObject({ to: z.email() }),
  timeout: '30s',
});

export const run: Run<typeof definition> = async ({ to }, { logger }) => {
  logger.info('sending');
  return { sent: to, bucket: process.env.INVOICES ?? 'none' };
};
