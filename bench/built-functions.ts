import { resolve } from 'node:path';
import { buildFunctions } from '../lib/build/build-functions.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/**
 * Builds all functions as they are deployed, a folder each.
 *
 * @param options.local with source maps
 */
export async function builtFunctions(outputFolder: string, { local = false } = {}): Promise<void> {
  await buildFunctions({
    taskFolders: [resolve(REPOSITORY, 'tasks')],
    nodeModules: [],
    appFolder: REPOSITORY,
    architecture: 'arm64',
    outputFolder,
    local,
  });
}
