import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvFile } from '../../local/env-file.ts';
import { selectPipelines } from '../../local/select-pipelines.ts';
import { synthesize } from '../../local/synthesize.ts';
import { UsageError, UserError } from '../../local/user-error.ts';
import { regionOfSdk } from './account.ts';
import { hasFailed, report } from './check.ts';
import { examine } from './examine.ts';
import { type DoctorOptions, HELP, parseDoctorOptions } from './options.ts';
import { readDeployment } from './read-deployment.ts';
import { regionOf } from './region.ts';
import { within } from './time-limit.ts';

/**
 * Checks whether `npx cdk deploy` would find all that it needs, and prints a report. A search for credentials may still
 * be waiting for an answer afterwards: the caller ends the process.
 *
 * @param args what follows `doctor`
 * @returns the process's exit code
 */
export async function runDoctor(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  try {
    const options = parseDoctorOptions(args);
    if (!options.help) return await doctor(options, interruption.signal);
    console.log(HELP);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) return 1;
    if (!(error instanceof UserError)) throw error;
    console.error(error.explanation);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function doctor(options: DoctorOptions, interrupted: AbortSignal): Promise<number> {
  const { settings, envFile, pipeline, stack, json } = options;
  const { values } = readEnvFile(envFile);
  const assemblyDirectory = mkdtempSync(join(tmpdir(), 'doctor-'));
  try {
    // As the CDK command line does: an app may send its stacks there.
    process.env.CDK_DEFAULT_REGION ||= regionOf(process.env, await regionOfSdk()) ?? '';
    await synthesize({ directory: assemblyDirectory, context: settings, signal: interrupted });
    interrupted.throwIfAborted();
    const pipelines = selectPipelines(readDeployment(assemblyDirectory), { pipeline, stack });
    const examining = examine({ folder: process.cwd(), pipelines }, process.env, values);
    const checks = await within(() => examining, interrupted);
    const names = pipelines.map(({ name, stackName }) => ({ name, stack: stackName }));
    const stackNames = [...new Set(pipelines.map(({ stackName }) => stackName))];
    console.log(
      json ? JSON.stringify({ pipelines: names, checks }, undefined, 2) : report(stackNames, checks),
    );
    return hasFailed(checks) ? 1 : 0;
  } finally {
    rmSync(assemblyDirectory, { recursive: true, force: true });
  }
}
