import { SettingError } from '../../lib/setting-error.ts';
import { LocalValueError, readEnvFile } from '../../local/env-file.ts';
import { UsageError } from '../../local/options.ts';
import { hasFailed, report } from './check.ts';
import { deploymentOf } from './deployment.ts';
import { examine } from './examine.ts';
import { HELP, parseDoctorOptions } from './options.ts';

/**
 * Checks whether `npx cdk deploy` would find all that it needs, and prints a report. A search for credentials may still
 * be waiting for an answer afterwards: the caller ends the process.
 *
 * @param args what follows `doctor`
 * @returns the process's exit code
 */
export async function runDoctor(args: readonly string[]): Promise<number> {
  try {
    const { settings, envFile, json, help } = parseDoctorOptions(args);
    if (help) {
      console.log(HELP);
      return 0;
    }
    const { values } = readEnvFile(envFile);
    const deployment = deploymentOf(settings);
    const checks = await examine(deployment, process.env, values);
    const { stackName } = deployment;
    console.log(
      json ? JSON.stringify({ stack: stackName, checks }, undefined, 2) : report(stackName, checks),
    );
    return hasFailed(checks) ? 1 : 0;
  } catch (error) {
    const isForTheUser = [UsageError, SettingError, LocalValueError].some((type) => error instanceof type);
    if (!isForTheUser) throw error;
    console.error((error as Error).message);
    return 2;
  }
}
