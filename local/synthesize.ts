import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { LOCAL_BUILD_VARIABLE } from '../lib/build/run-build.ts';
import { APP_FOLDER } from '../package/files.ts';

export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/**
 * Runs the CDK app, as `cdk synth` would, without the CDK's command line.
 *
 * @param directory where the cloud assembly goes; emptied first
 * @param context what `-c key=value` gives the app
 * @throws SynthesisError with what the app wrote
 */
export async function synthesize(
  directory: string,
  context: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const app = spawn(process.execPath, [join('bin', 'app.ts')], {
    cwd: APP_FOLDER,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      [LOCAL_BUILD_VARIABLE]: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal !== undefined && { signal }),
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    app.once('error', reject);
    app.once('close', resolve);
  });
  const [code, output, errors] = await Promise.all([exited, text(app.stdout), text(app.stderr)]);
  if (code !== 0)
    throw new SynthesisError(errors.trim() || output.trim() || `bin/app.ts exited with ${code}`);
}
