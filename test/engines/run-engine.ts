import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SQS_URL } from '../support/external-engines.ts';
import type { Engine, RunningEngine } from './catalogue.ts';
import { DIFFERENCES } from './differences.ts';
import { MissingToolError } from './tools.ts';
import type { TrialResult } from './trial/trial.ts';
import { ASSEMBLY_DIRECTORY, ENGINE } from './variables.ts';

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** What has been seen of one engine. */
export interface EngineResult {
  readonly engine: Engine;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly trial: TrialResult | undefined;
  /** Steps of ops and the console, as `8 passed, 0 failed`; undefined if they do not run on this engine. */
  readonly operated: string | undefined;
  /** Why the engine did not run; undefined if it ran. */
  readonly missing: string | undefined;
  /** What explains the failures. */
  readonly problems: readonly string[];
}

/** Starts an engine, runs everything on it, and ends it. Failures are part of the result. */
export async function runEngine(engine: Engine, assemblyDirectory: string): Promise<EngineResult> {
  const nothing = { engine, passed: 0, failed: 0, skipped: 0, trial: undefined, operated: undefined };
  let running: RunningEngine;
  try {
    running = await engine.start();
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof MissingToolError) return { ...nothing, missing: message, problems: [] };
    return { ...nothing, failed: 1, missing: undefined, problems: [message] };
  }
  const variables = {
    ...running.variables,
    [ENGINE]: engine.name,
    [ASSEMBLY_DIRECTORY]: assemblyDirectory,
  };
  const problems: string[] = [];
  try {
    const tests = await runTests(engine, variables, problems);
    const trial = await runTrial(engine, variables, problems);
    const operated = engine.hasAllServices ? await operate(running.variables[SQS_URL], problems) : undefined;
    if (problems.length > 0) problems.push(...running.servers.map((server) => server.output()));
    return { engine, ...tests, trial, operated, missing: undefined, problems };
  } finally {
    await Promise.all(running.servers.map((server) => server.stop()));
  }
}

interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
}

/** The tests of the repository that run on any engine. */
async function runTests(
  { name }: Engine,
  variables: Readonly<Record<string, string>>,
  problems: string[],
): Promise<Pick<EngineResult, 'passed' | 'failed' | 'skipped'>> {
  const folder = mkdtempSync(join(tmpdir(), 'engines-'));
  const report = join(folder, 'report.json');
  try {
    const { code, output } = await program(
      [
        VITEST,
        'run',
        '--config=test/engines/vitest.config.ts',
        '--reporter=dot',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
      variables,
    );
    if (code !== 0) problems.push(output);
    const { numPassedTests, numFailedTests, numPendingTests, testResults }: TestReport = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const expected = DIFFERENCES.filter(({ engine, skipped }) => engine === name && skipped).length;
    if (numPendingTests !== expected)
      problems.push(`differences.ts names ${expected} tests of ${name}, but ${numPendingTests} were skipped`);
    return {
      passed: numPassedTests,
      failed: numFailedTests + broken.length + Number(numPendingTests !== expected),
      skipped: numPendingTests,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runTrial(
  { redrive }: Engine,
  variables: Readonly<Record<string, string>>,
  problems: string[],
): Promise<TrialResult | undefined> {
  const { code, output } = await program(['test/engines/trial/trial-process.ts', redrive], variables);
  const line = output.split('\n').findLast((one) => one.startsWith('{'));
  if (code === 0 && line !== undefined) return JSON.parse(line) as TrialResult;
  problems.push(`The trial ended with ${code}:\n${output}`);
  return undefined;
}

async function operate(endpoint = '', problems: string[]): Promise<string> {
  const { code, output } = await program(['test/engines/operate/operate.ts'], {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  if (code !== 0) problems.push(output);
  return output.match(/^\d+ passed, \d+ failed$/m)?.[0] ?? '0 passed, 1 failed';
}

/** Runs a program of this repository to its end. */
async function program(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...variables, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: code ?? 1, output: `${out}${err}` };
}
