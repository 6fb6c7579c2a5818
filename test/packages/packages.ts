/**
 * Program of `npm run test:packages`: tasks that use many packages build, load, run on the local stack and are called
 * back. Installs the packages of the fixture app. Prints each check, a table of sizes and times, and
 * `N passed, N failed`.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/pipeline.ts';
import { NoRegistryError } from '../support/registry.ts';
import { Report } from '../support/report.ts';
import { startReceiver } from '../support/scripted-receiver.ts';
import { APP, installAppPackages, NODE_MODULES } from './app-packages.ts';
import { CASES } from './cases.ts';
import { buildDeployed, buildFailure, type DeployedBuild, submitBytes, taskNames } from './deployed-build.ts';
import { loadWork, moduleBytes } from './load-work.ts';
import { startApp } from './local-app.ts';

/** The most that a definition may add to submit's bundle, in bytes. */
const MAX_DEFINITION_BYTES = 200;

const CALLED_BACK_WITHIN_MS = 60_000;

/** Lambda's names of processors → the folders in which sharp's native code for them is. */
const NATIVE_FOLDERS = {
  arm64: ['colour', 'sharp-libvips-linux-arm64', 'sharp-linux-arm64'],
  x86_64: ['colour', 'sharp-libvips-linux-x64', 'sharp-linux-x64'],
} as const;

const NOT_INSTALLED =
  'nodeModules: left-pad is not installed in test/packages/app. Run npm install left-pad, or remove it from the setting nodeModules.';

const report = new Report();
const measured: { task: string; 'KiB of code': number; 'ms to load': number }[] = [];

async function main(): Promise<number> {
  try {
    installAppPackages();
  } catch (error) {
    if (!(error instanceof NoRegistryError)) throw error;
    console.log(`The tests of packages did NOT run: they need the npm registry. ${error.message}`);
    return process.env.CI ? 1 : 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-packages-'));
  try {
    await checkTypes();
    await checkBuilds(folder);
    await checkSubmit(folder);
    await checkCallbacks(folder);
    console.table(measured);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return report.end();
}

async function checkTypes(): Promise<void> {
  await report.check("the tasks' types fit, with a copy of zod of their own", async () => {
    const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
    execFileSync(process.execPath, [join(tsc, '../bin/tsc'), '--noEmit', '-p', APP], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  });
}

async function checkBuilds(folder: string): Promise<void> {
  await report.check('every task of the app has a case', async () => {
    deepEqual(taskNames(), Object.keys(CASES).sort());
  });
  const builds: Partial<Record<keyof typeof NATIVE_FOLDERS, DeployedBuild>> = {};
  for (const architecture of ['arm64', 'x86_64'] as const) {
    await report.check(
      `deployed for ${architecture}: sharp has native code for Linux on it alone`,
      async () => {
        const build = await buildDeployed(architecture, join(folder, architecture));
        builds[architecture] = build;
        deepEqual(readdirSync(join(build.work, 'node_modules/@img')).sort(), NATIVE_FOLDERS[architecture]);
      },
    );
  }
  const here = builds[process.arch === 'arm64' ? 'arm64' : 'x86_64'];
  for (const [task, { input, result }] of Object.entries(CASES)) {
    // The native code that is deployed runs on Linux.
    if (process.platform !== 'linux' && NODE_MODULES.includes(task)) continue;
    await report.check(
      `${task}: what is deployed loads and runs, without the app's own packages`,
      async () => {
        if (here === undefined) throw new Error('the build failed');
        const loaded = await loadWork(here.work, task, input);
        deepEqual(loaded.result, result);
        measured.push({
          task,
          'KiB of code': Math.round(moduleBytes(here.workFile, task) / 1_024),
          'ms to load': Math.round(loaded.loadMs),
        });
      },
    );
  }
  for (const local of [true, false]) {
    const kind = local ? 'a local build' : 'a build to deploy';
    await report.check(`${kind} fails for a package in nodeModules that is not installed`, async () => {
      const outputFolder = join(folder, `missing-${local}`);
      equal(await buildFailure({ nodeModules: ['sharp', 'left-pad'], local, outputFolder }), NOT_INSTALLED);
    });
  }
}

async function checkSubmit(folder: string): Promise<void> {
  await report.check(`each definition adds at most ${MAX_DEFINITION_BYTES} bytes to submit`, async () => {
    const { withOne, withAll } = await submitBytes(folder);
    const each = (withAll - withOne) / (Object.keys(CASES).length - 1);
    console.log(
      `    submit: ${withOne} bytes with one task, ${withAll} with all: ${Math.round(each)} for each`,
    );
    ok(each <= MAX_DEFINITION_BYTES, `${each} bytes for each`);
  });
}

async function checkCallbacks(folder: string): Promise<void> {
  const receiver = await startReceiver();
  const app = await startApp(folder);
  try {
    await report.check('the local stack loads every task', async () => {
      deepEqual(await app.stack.brokenTasks(), []);
    });
    for (const [task_name, { input, result }] of Object.entries(CASES)) {
      await report.check(
        `${task_name}: submitted to the local stack, its callback brings the result`,
        async () => {
          const task_id = await app.accepted({ task_name, input, callback_url: receiver.url });
          const callback = await eventually(() => {
            const bodies = receiver.received.map(({ body }) => JSON.parse(body));
            const found = bodies.find((body) => body.task_id === task_id);
            if (found === undefined) throw new Error('no callback has come');
            return found;
          }, CALLED_BACK_WITHIN_MS);
          const { completed_at: _, ...rest } = callback;
          deepEqual(rest, { status: 'completed', task_id, task_name, result });
        },
      );
    }
  } finally {
    await app.stop();
    await receiver.stop();
  }
}

process.exitCode = await main();
