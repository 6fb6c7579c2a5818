import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

// Hundreds of processes load the same packages: each test file's, and those that tests start. What one of them has
// compiled, the next one reads.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node-compile-cache');

/** `npm test`. The long suite, `npm run test:long`, has a configuration of its own: vitest.long.config.ts. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/synthesize-once.ts'],
    include: ['test/**/*.test.ts'],
    exclude: [
      ...configDefaults.exclude,
      '**/*.long.test.ts',
      // Apps of users, with test runners of their own.
      'test/package/{cdk-app,consumer}/**',
    ],
    // Whole syntheses run within tests; a machine that is busy takes its time for them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The CDK's own validation loads a rule engine for seconds in each process. template-schema.test.ts switches it on.
    env: { CDK_VALIDATION: 'false' },
    pool: 'forks',
    // Many wait for time to pass, not for a processor. By default there would be one fewer than processors: one, of two.
    maxWorkers: Math.max(3, availableParallelism()),
  },
});
