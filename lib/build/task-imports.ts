import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { IS_PACKAGE, PACKAGE_FOLDER } from '../../package/files.ts';

/**
 * Resolves what task files import from this package. In a clone these are its sources, wherever the tasks are. An app
 * that has installed the package finds it in its own node_modules, as any other package.
 */
export const TASK_IMPORTS: Pick<BuildOptions, 'alias'> = IS_PACKAGE
  ? {}
  : { alias: { 'callback-completion/task': join(PACKAGE_FOLDER, 'lambda/task/index.ts') } };
