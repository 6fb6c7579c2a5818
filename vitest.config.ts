import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// Hundreds of processes load the same packages: each test file's, and those that tests start. What one of them has
// compiled, the next one reads.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node-compile-cache');

/** Apps of users, with test runners of their own. */
const USERS_APPS = 'test/package/{cdk-app,consumer}/**';

const LONG_FILES = 'test/**/*.long.test.ts';

/**
 * What a test file writes if it changes its process, or needs modules that nobody has loaded before: environment
 * variables, listeners, output, spies, `import()`, and handlers, which read the environment while they load.
 */
const CHANGES_ITS_PROCESS =
  /process\.(env|chdir|on|once|removeAll|exitCode|stdout|stderr)|\bvi\.|globalThis|import\(|handler\.ts'/;

const files = globSync('test/**/*.test.ts', { cwd: import.meta.dirname, exclude: [LONG_FILES, USERS_APPS] });
const needsOwnProcess = (file: string) =>
  CHANGES_ITS_PROCESS.test(readFileSync(join(import.meta.dirname, file), 'utf8'));

/** What `npm test` and `npm run test:long` have in common. */
export const GLOBAL_OPTIONS = {
  globalSetup: ['test/support/synthesize-once.ts'],
  // Most wait for time to pass, not for a processor.
  maxWorkers: Math.max(6, availableParallelism()),
};

export const PROJECT_OPTIONS = {
  // Whole syntheses run within tests; a machine that is busy takes its time for them.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // The CDK's own validation loads a rule engine for seconds in each process. template-schema.test.ts switches it on.
  env: { CDK_VALIDATION: 'false' },
  pool: 'forks',
} as const;

function project(name: string, isolate: boolean, include: string[]): TestProjectInlineConfiguration {
  return { test: { ...PROJECT_OPTIONS, name, isolate, include, exclude: configDefaults.exclude } };
}

/** `npm test`. The long suite, `npm run test:long`, has a configuration of its own: vitest.long.config.ts. */
export default defineConfig({
  test: {
    ...GLOBAL_OPTIONS,
    // A process for each file, with all that it loads, would take a quarter more processor time.
    projects: [
      project('own process', true, files.filter(needsOwnProcess)),
      project(
        'shared process',
        false,
        files.filter((file) => !needsOwnProcess(file)),
      ),
    ],
  },
});
