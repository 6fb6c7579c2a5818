import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { LOCAL_BUILD_VARIABLE } from '../../lib/build/run-build.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
import { APP } from './app-packages.ts';

/**
 * Synthesizes the fixture app in its own folder and runs it as the local stack.
 *
 * @param folder for the cloud assembly
 */
export async function startApp(folder: string): Promise<Pipeline> {
  const assembly = join(folder, 'cdk.out');
  execFileSync(process.execPath, ['app.ts'], {
    cwd: APP,
    env: { ...process.env, CDK_OUTDIR: assembly, [LOCAL_BUILD_VARIABLE]: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return await startPipeline(assembly);
}
