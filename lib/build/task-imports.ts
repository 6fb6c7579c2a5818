import { join } from 'node:path';

/** Resolves what task files import from this package, wherever they are. */
export const TASK_IMPORTS = {
  alias: { 'callback-completion/task': join(import.meta.dirname, '../../lambda/task/index.ts') },
};
