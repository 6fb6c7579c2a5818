/**
 * Program of `npm run test:cdk-app`: a user with a CDK app of `cdk init`, who installs the package. Two pipelines in one
 * stack, a bucket of another stack, and much that has nothing to do with either: the app's own tests and `tsc` pass, and
 * `npx callback-completion start` runs both. Prints each check and `N passed, N failed`.
 */
import { deepEqual, doesNotMatch, equal, match, notEqual, ok } from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NoRegistryError } from '../support/registry.ts';
import { Report } from '../support/report.ts';
import { firstCallback, withoutTime } from './callbacks.ts';
import { install, Program, run } from './program.ts';
import { environmentWithNode } from './system-node.ts';
import { packedTarball } from './tarball.ts';

/** What this app has in addition to, or in place of, the files of `cdk init`. */
const FIXTURE = join(import.meta.dirname, 'cdk-app');

const INSTALLED_WITHIN_MS = 300_000;
const DONE_WITHIN_MS = 120_000;

const START = ['npx', 'callback-completion', 'start'];

/** Tasks by the pipelines that have them. */
const TASKS = {
  Billing: {
    task_name: 'write-invoice',
    input: { customer: 'Ada', cents: 995 },
    result: { stored: 'Ada owes 995 cents', ledger: 'http://127.0.0.1:9200' },
  },
  Mail: {
    task_name: 'send-mail',
    input: { to: 'ada@example.com' },
    result: { sent: 'ada@example.com', bucket: 'none' },
  },
} as const;

type PipelineName = keyof typeof TASKS;

const report = new Report();

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'callback-completion-cdk-app-'));
  const app = join(folder, 'shop');
  mkdirSync(app);
  const env = environmentWithNode(24, join(folder, 'bin'));
  const inApp = { cwd: app, env, withinMs: DONE_WITHIN_MS };
  try {
    const tarball = await packedTarball();
    await report.check('npx cdk init app, and npm install of the package', async () => {
      const cdk = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
      await run(['node', cdk, 'init', 'app', '--language', 'typescript', '--generate-only'], inApp);
      cpSync(FIXTURE, app, { recursive: true });
      const packages = [tarball, 'zod@4.6.7', '@aws-sdk/client-s3@3.1162.0'];
      await install(['npm', 'install', ...packages], { ...inApp, withinMs: INSTALLED_WITHIN_MS });
    });
    await report.check('its npm run build (tsc) passes', async () => {
      await run(['npm', 'run', 'build'], inApp);
    });
    await report.check('its npm test (Jest) passes', async () => {
      match(await run(['npm', 'test'], inApp), /Tests: +2 passed/);
    });
    await report.check('start names the variable that nothing here has a value for', async () => {
      const output = await run([...START], { ...inApp, env: { ...env, PORT: '0' } }, 1);
      match(output, /LEDGER_URL/);
      match(output, /\.env/);
      doesNotMatch(output, /^ +at /m);
    });
    writeFileSync(join(app, '.env'), 'LEDGER_URL=http://127.0.0.1:9200\n');
    await checkStart(app, env);
  } catch (error) {
    if (!(error instanceof NoRegistryError)) throw error;
    console.log(`The tests of a CDK app did NOT run: they need the npm registry. ${error.message}`);
    return process.env.CI ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return report.end();
}

async function checkStart(app: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const inApp = { cwd: app, env, withinMs: DONE_WITHIN_MS };
  const program = new Program(START, { cwd: app, env: { ...env, PORT: '0' } });
  const urls: Record<PipelineName, string> = { Billing: '', Mail: '' };
  try {
    await report.check('with it in .env, start runs both pipelines, each on a port of its own', async () => {
      await program.printed(/Ctrl-C stops it[\s\S]*State /, DONE_WITHIN_MS);
      for (const name of ['Billing', 'Mail'] as const) {
        const block = new RegExp(`Pipeline +\\S*${name}\\b[\\s\\S]*?POST (http://\\S+)/api/tasks`);
        [, urls[name] = ''] = await program.printed(block, DONE_WITHIN_MS);
      }
      notEqual(urls.Billing, urls.Mail);
    });
    for (const name of ['Billing', 'Mail'] as const) {
      const { result, ...request } = TASKS[name];
      await report.check(`${name}: a task of it is called back, verified`, async () => {
        const url = urls[name];
        ok(url !== '', 'it does not run');
        const inbox = `${url.replace('localhost', '127.0.0.1')}/inbox/${name}`;
        const response = await fetch(`${url}/api/tasks`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...request, callback_url: inbox }),
        });
        const answer = await response.text();
        equal(response.status, 202, answer);
        const callback = await firstCallback(async () => await (await fetch(inbox)).text(), DONE_WITHIN_MS);
        const { task_id } = JSON.parse(answer);
        const { task_name } = request;
        deepEqual(withoutTime(callback), { status: 'completed', task_id, task_name, result });
        equal(callback.verified, true);
      });
      await report.check(`${name}: ops shows its task alone`, async () => {
        const ops = ['npx', 'callback-completion', 'ops', 'tasks', 'list', '--pipeline', name];
        const list = await run(ops, inApp);
        match(list, new RegExp(`delivered .*${request.task_name}`));
        const other = TASKS[name === 'Billing' ? 'Mail' : 'Billing'].task_name;
        doesNotMatch(list, new RegExp(other));
      });
    }
    await report.check('a task of one pipeline is unknown to the other', async () => {
      const { task_name, input } = TASKS.Mail;
      const response = await fetch(`${urls.Billing}/api/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ task_name, input }),
      });
      equal(response.status, 400);
    });
  } finally {
    await program.stop();
  }
}

process.exitCode = await main();
