import { configDefaults, defineConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** `npm run test:long`: the files named `*.long.test.ts`, and twenty times as many random requests as `npm test` sends. */
export default defineConfig({
  test: {
    ...config.test,
    include: ['test/**/*.long.test.ts', 'test/security/fuzz-*.test.ts'],
    exclude: configDefaults.exclude,
    env: { ...config.test?.env, FUZZ_FACTOR: process.env.FUZZ_FACTOR ?? '20' },
  },
});
