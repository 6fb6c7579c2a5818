import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { TEST_FILES } from './test-files.ts';

/** Runs tests on one engine. `engines.ts` starts the engine, and names it by environment variables. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    globalSetup: ['test/engines/provide-assembly.ts'],
    setupFiles: ['test/engines/skip-differences.ts'],
    include: [...TEST_FILES],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Pipelines of two files would have queues and tables of the same names.
    maxWorkers: 1,
  },
});
