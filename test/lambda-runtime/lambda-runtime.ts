/**
 * Program: `npm run test:lambda`. Runs the synthesized bundles under AWS's own runtime client, `aws-lambda-ric`, with a Runtime API
 * on this machine, and freezes them between invocations as Lambda does.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MissingToolError, nativeNodePackage } from '../engines/tools.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Ends the program: CI must not pass without this suite. */
function skip(reason: string): never {
  console.log(`test:lambda did NOT run: ${reason}`);
  process.exit(process.env.CI === 'true' ? 1 : 0);
}

/** Returns the folder in which the runtime client is installed. */
async function installedClient(): Promise<string> {
  if (process.platform !== 'linux') skip('the runtime client runs on Linux only');
  try {
    return await nativeNodePackage('aws-lambda-ric-4.0.2');
  } catch (error) {
    if (error instanceof MissingToolError) skip(error.message);
    throw error;
  }
}

const client = await installedClient();
const { status } = spawnSync(
  process.execPath,
  [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--config=test/lambda-runtime/vitest.config.ts'],
  {
    cwd: ROOT,
    env: { ...process.env, RUNTIME_CLIENT: join(client, 'node_modules/aws-lambda-ric/index.mjs') },
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
