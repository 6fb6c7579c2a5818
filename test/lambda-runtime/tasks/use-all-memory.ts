import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.unknown() });

export const run: Run<typeof definition> = () => {
  const hoard: unknown[] = [];
  for (;;) hoard.push(new Array(10_000).fill(hoard.length));
};
