import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/support/synthesize-once.ts'],
    include: ['test/**/*.test.ts'],
    // Apps of users, with test runners of their own.
    exclude: [...configDefaults.exclude, 'test/package/{cdk-app,consumer}/**'],
    // Whole syntheses run within tests; a machine that is busy takes its time for them.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Many wait for time to pass, not for a processor. By default there would be one fewer than processors: one, of two.
    maxWorkers: Math.max(3, availableParallelism()),
  },
});
