import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The stories of `npm run test:lambda`, which names the runtime client by the variable RUNTIME_CLIENT. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    globalSetup: ['test/lambda-runtime/synthesize-with-odd-tasks.ts'],
    include: ['test/lambda-runtime/*.story.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { CDK_VALIDATION: 'false' },
    pool: 'forks',
  },
});
