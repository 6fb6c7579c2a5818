/**
 * Program of `npm run test:package`: makes the package, installs it in apps outside of the repository, and checks that it
 * type-checks, runs in their tests, synthesizes and starts there. Installs the packages of the fixture app from the npm
 * registry. Prints each check, a table of sizes, and `N passed, N failed`.
 */
import { equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/pipeline.ts';
import { NoRegistryError } from '../support/registry.ts';
import { Report } from '../support/report.ts';
import { ConsumerApp } from './consumer-app.ts';
import { oldNode } from './old-node.ts';
import { startStack } from './running-stack.ts';
import { packedTarball } from './tarball.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/**
 * How apps compile: a compiler by its folder in the fixture's node_modules, and the settings of modules. Each compilation
 * reads the types of aws-cdk-lib, which takes up to 10 s.
 */
const COMPILATIONS = [
  { compiler: 'typescript', module: 'node16', moduleResolution: 'node16' },
  { compiler: 'typescript', module: 'nodenext', moduleResolution: 'nodenext' },
  { compiler: 'typescript', module: 'preserve', moduleResolution: 'bundler' },
  { compiler: 'typescript-7', module: 'nodenext', moduleResolution: 'nodenext' },
] as const;

const report = new Report();

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-package-'));
  try {
    const tarball = await packedTarball();
    const alone = await ConsumerApp.withPackageAlone(join(folder, 'alone'), tarball);
    const app = await ConsumerApp.ofFixture(join(folder, 'app'), tarball);
    await checkTypes(app, tarball);
    await checkTestRunners(app);
    await checkSynthesis(app);
    await checkCommand(app);
    await checkLocalStack(app);
    await checkOldNode(app);
    console.table([
      { figure: 'packed size, KiB', value: Math.round(statSync(tarball).size / 1_024) },
      { figure: 'installed size of the package itself, MiB', value: alone.mebibytes('callback-completion') },
      { figure: 'installed size of an app with nothing else, MiB', value: alone.mebibytes() },
      { figure: 'of which aws-cdk-lib, MiB', value: alone.mebibytes('aws-cdk-lib') },
      { figure: 'packages in the node_modules of such an app', value: alone.packages() },
    ]);
  } catch (error) {
    if (!(error instanceof NoRegistryError)) throw error;
    console.log(`The tests of the package did NOT run: they need the npm registry. ${error.message}`);
    return process.env.CI ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return report.end();
}

async function checkTypes(app: ConsumerApp, tarball: string): Promise<void> {
  await report.check('attw finds nothing wrong with the exports', async () => {
    await app.mustRun('attw', [tarball, '--profile', 'node16']);
  });
  for (const { compiler, module, moduleResolution } of COMPILATIONS) {
    const title = `${compiler} compiles an app with module ${module}, moduleResolution ${moduleResolution}`;
    await report.check(title, async () => {
      const project = join(app.folder, `tsconfig.${module}.json`);
      const compilerOptions = { module, moduleResolution, target: 'es2022', strict: true, noEmit: true };
      const files = ['bin/app.ts', 'types/import.mts', 'types/require.cts'];
      writeFileSync(
        project,
        JSON.stringify({ compilerOptions: { ...compilerOptions, types: ['node'] }, files }),
      );
      const tsc = join(app.folder, 'node_modules', compiler, 'bin', 'tsc');
      await app.mustRun(process.execPath, [tsc, '-p', project]);
    });
  }
}

async function checkTestRunners(app: ConsumerApp): Promise<void> {
  const runners = {
    Jest: ['node_modules/jest/bin/jest.js', '--ci'],
    vitest: ['node_modules/vitest/vitest.mjs', 'run', '--dir', 'vitest'],
  };
  for (const [name, args] of Object.entries(runners)) {
    await report.check(`${name} runs an app's tests of a task`, async () => {
      await app.mustRun(process.execPath, args);
    });
  }
}

async function checkSynthesis(app: ConsumerApp): Promise<void> {
  await report.check('npx cdk synth synthesizes an app, and sends no packet', async () => {
    const loopbackOnly = join(REPOSITORY, '.ci', 'loopback-only');
    await app.mustRun('bash', [loopbackOnly, 'npx', 'cdk', 'synth', '--quiet']);
    ok(statSync(join(app.folder, 'cdk.out', 'Consumer.template.json')).size > 0);
  });
}

async function checkCommand(app: ConsumerApp): Promise<void> {
  await report.check('npx callback-completion --help lists the commands', async () => {
    const help = await app.mustRun('npx', ['callback-completion', '--help']);
    match(help, /^ {2}npx callback-completion COMMAND \[options\]$/m);
  });
  await report.check('a command that does not exist gets one sentence', async () => {
    const { code, errors } = await app.run('npx', ['callback-completion', 'strat']);
    equal(code, 2);
    match(errors, /^There is no command "strat"; the commands are init, [^\n]*\n$/);
  });
}

async function checkLocalStack(app: ConsumerApp): Promise<void> {
  await report.check(
    'npx callback-completion start runs a task, and ops and the console show it',
    async () => {
      const stack = await startStack(app);
      try {
        const response = await fetch(`${stack.url}/api/tasks`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ task_name: 'hello', input: { name: 'Ada' } }),
        });
        equal(response.status, 202);
        const { task_id } = (await response.json()) as { task_id: string };
        await eventually(async () => {
          const task = await fetch(`${stack.url}/api/tasks/${task_id}`);
          equal(((await task.json()) as { status: string }).status, 'completed');
        }, 60_000);
        const result = await fetch(`${stack.url}/api/tasks/${task_id}/result`);
        equal(await result.text(), '{"greeting":"Hello, Ada"}');
        match(await app.mustRun('npx', ['callback-completion', 'ops', 'tasks', 'list']), new RegExp(task_id));
        const page = await fetch(`${stack.url}/console/app.js`);
        equal(page.status, 200);
        match(await page.text(), /Loading|task/);
      } finally {
        await stack.stop();
      }
    },
  );
}

async function checkOldNode(app: ConsumerApp): Promise<void> {
  const node = oldNode();
  if (node === undefined) {
    console.log(
      '  - not checked with an old Node: this machine has no Node 20 to 23 outside of node_modules',
    );
    return;
  }
  const command = 'node_modules/callback-completion/bin/callback-completion.cjs';
  const version = (await app.mustRun(node, ['--version'])).trim();
  await report.check(`${version}: --help and --version work`, async () => {
    await app.mustRun(node, [command, '--help']);
    match(await app.mustRun(node, [command, '--version']), /^\d+\.\d+\.\d+\n$/);
  });
  for (const name of ['start', 'dev', 'ops', 'console', 'doctor']) {
    await report.check(`${version}: ${name} states in one line what it needs`, async () => {
      const { code, output, errors } = await app.run(node, [command, name]);
      equal(code, 1);
      equal(output, '');
      match(
        errors,
        new RegExp(`^callback-completion ${name} needs Node 24 or later, but is run by ${version} .*\n$`),
      );
    });
  }
  await report.check(`${version}: synthesis states what it needs`, async () => {
    const { code, errors } = await app.run(node, ['node_modules/tsx/dist/cli.mjs', 'bin/app.ts'], node);
    equal(code, 1);
    match(errors, /BuildError: callback-completion needs Node 24 or later/);
  });
}

process.exitCode = await main();
