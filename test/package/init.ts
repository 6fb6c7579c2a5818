/**
 * Program of `npm run test:init`: a user without a clone. Packs the package; with Node 20 and with Node 24 as the system's
 * Node: `npx … init my-app`, `npm install`, `npm start`, the requests of the app's README, a verified callback, `npm test`,
 * `npx cdk synth` without a network, `ops`. Prints each check and `N passed, N failed`.
 */
import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { NoRegistryError } from '../support/registry.ts';
import { Report } from '../support/report.ts';
import { firstCallback, type InboxCallback, withoutTime } from './callbacks.ts';
import { install, Program, run } from './program.ts';
import { curlCommands } from './readme-commands.ts';
import { environmentWithNode } from './system-node.ts';
import { packedTarball } from './tarball.ts';

const LOOPBACK_ONLY = join(import.meta.dirname, '..', '..', '.ci', 'loopback-only');

const INSTALLED_WITHIN_MS = 300_000;
const DONE_WITHIN_MS = 120_000;

const report = new Report();

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-init-'));
  try {
    // npx keeps what it has installed by the tarball's path: a path of its own, so that it takes this tarball.
    const packed = await packedTarball();
    const tarball = join(folder, basename(packed));
    copyFileSync(packed, tarball);
    const withNode20 = await checkUser(20, join(folder, 'node-20'), tarball, undefined);
    await checkUser(24, join(folder, 'node-24'), tarball, withNode20);
  } catch (error) {
    if (!(error instanceof NoRegistryError)) throw error;
    console.log(`The tests of init did NOT run: they need the npm registry. ${error.message}`);
    return process.env.CI ? 1 : 0;
  } finally {
    removeNpxCopies(basename(folder));
    rmSync(folder, { recursive: true, force: true });
  }
  return report.end();
}

/** Removes what npx has installed from a tarball in a folder of that name: hundreds of megabytes in npm's cache. */
function removeNpxCopies(folderName: string): void {
  const cache = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  for (const manifest of globSync(join(cache, '_npx', '*', 'package.json'))) {
    if (readFileSync(manifest, 'utf8').includes(folderName)) {
      rmSync(dirname(manifest), { recursive: true, force: true });
    }
  }
}

/**
 * @param installed folder of an app of the same packages: they are moved from there, which saves a minute
 * @returns the app's folder
 */
async function checkUser(
  major: 20 | 24,
  home: string,
  tarball: string,
  installed: string | undefined,
): Promise<string> {
  const work = join(home, 'work');
  const app = join(work, 'my-app');
  mkdirSync(work, { recursive: true });
  const env = environmentWithNode(major, join(home, 'bin'));
  const inApp = { cwd: app, env, withinMs: DONE_WITHIN_MS };
  const check = (name: string, made: () => Promise<void>) => report.check(`Node ${major}: ${name}`, made);

  await check('npx callback-completion init writes an app', async () => {
    match(await run(['node', '--version'], { ...inApp, cwd: work }), new RegExp(`^v${major}\\.`));
    const command = ['npx', '--yes', '--package', tarball, 'callback-completion', 'init', 'my-app'];
    await install(command, { cwd: work, env, withinMs: INSTALLED_WITHIN_MS });
    ok(readdirSync(app).includes('cdk.json'));
  });
  await check('npm install', async () => {
    for (const name of ['node_modules', 'package-lock.json']) {
      if (installed !== undefined && existsSync(join(installed, name))) {
        renameSync(join(installed, name), join(app, name));
      }
    }
    await install(['npm', 'install'], { ...inApp, withinMs: INSTALLED_WITHIN_MS });
  });
  await checkStart(app, env, check);
  await check('npm test passes', async () => {
    match(await run([LOOPBACK_ONLY, 'npm', 'test'], inApp), /Tests +2 passed/);
  });
  await check('npm run check passes', async () => {
    await run(['npm', 'run', 'check'], inApp);
  });
  await check('npx cdk synth passes, and sends nothing beyond this machine', async () => {
    match(await run([LOOPBACK_ONLY, 'npx', 'cdk', 'synth'], inApp), /AWS::Lambda::Function/);
    ok(existsSync(join(app, 'cdk.out', 'MyApp.template.json')));
  });
  return app;
}

async function checkStart(
  app: string,
  env: Readonly<Record<string, string | undefined>>,
  check: (name: string, made: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const inApp = { cwd: app, env, withinMs: DONE_WITHIN_MS };
  const stack = new Program(['npm', 'start'], { cwd: app, env: { ...env, PORT: '0' } });
  let url = '';
  let callback: InboxCallback | undefined;
  try {
    await check('npm start runs the app', async () => {
      [, url = ''] = await stack.printed(/POST (http:\/\/\S+)\/api\/tasks/, DONE_WITHIN_MS);
    });
    await check("the README's requests: a task is accepted, and its callback arrives, verified", async () => {
      const [submit = '', read = '', ...others] = curlCommands(
        readFileSync(join(app, 'README.md'), 'utf8'),
        url,
      );
      deepEqual(others, []);
      const answer = await run(['sh', '-c', `${submit} --silent`], inApp);
      const accepted = JSON.parse(answer);
      equal(accepted.status, 'accepted', answer);
      callback = await firstCallback(
        async () => await run(['sh', '-c', `${read} --silent`], inApp),
        DONE_WITHIN_MS,
      );
      deepEqual(withoutTime(callback), {
        status: 'completed',
        task_id: accepted.task_id,
        task_name: 'hello',
        result: { greeting: 'Hello, Ada' },
      });
      equal(callback.verified, true);
    });
    await check('its signature fits the secret that ops secret show prints', async () => {
      const secret = JSON.parse(
        await run(['npm', 'run', '--silent', 'ops', '--', 'secret', 'show', '--json'], inApp),
      );
      ok(callback !== undefined, 'no callback has come');
      // The inbox shows the body as JSON; it was sent without spaces, in this order.
      new Webhook(secret.current).verify(JSON.stringify(callback.body), { ...callback.headers });
    });
    await check('npx callback-completion ops tasks list shows the task', async () => {
      match(await run(['npx', 'callback-completion', 'ops', 'tasks', 'list'], inApp), /delivered .*hello/);
    });
  } finally {
    await check('Ctrl-C ends npm start', async () => {
      // npm itself ends by the signal, without an exit code.
      await stack.stop();
      match(stack.output, /\nStopped\. /);
    });
  }
  await check('npm start again does not synthesize the app, which is the same', async () => {
    const again = new Program(['npm', 'start'], { cwd: app, env: { ...env, PORT: '0' } });
    try {
      await again.printed(/POST http:\/\/\S+\/api\/tasks/, DONE_WITHIN_MS);
      doesNotMatch(again.output, /Synthesizing/);
    } finally {
      await again.stop();
    }
  });
}

process.exitCode = await main();
