import { configDefaults, defineConfig } from 'vitest/config';
import { GLOBAL_OPTIONS, PROJECT_OPTIONS } from './vitest.config.ts';

/**
 * `npm run test:long`: the files named `*.long.test.ts`, twenty times as many random requests as `npm test` sends, and
 * more rounds of faults.
 */
export default defineConfig({
  test: {
    ...GLOBAL_OPTIONS,
    ...PROJECT_OPTIONS,
    include: ['test/**/*.long.test.ts', 'test/security/fuzz-*.test.ts', 'test/security/canary.test.ts'],
    exclude: configDefaults.exclude,
    env: { ...PROJECT_OPTIONS.env, FUZZ_FACTOR: process.env.FUZZ_FACTOR ?? '20' },
  },
});
