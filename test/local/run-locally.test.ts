import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { HttpServer } from '../../local/http-server.ts';
import { StateDirectory } from '../../local/state-directory.ts';
import { appFolder, greetTask, writeFiles } from '../support/app-folder.ts';
import { appWithTwoPipelines } from '../support/two-pipelines.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const CLI = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

async function npmStart(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = '.') {
  // As npx runs it: Node reads some options also behind the program's name, such as --env-file.
  const child = spawn(process.execPath, [CLI, 'start', ...args], {
    env: { ...process.env, PORT: '0', ...env },
    cwd,
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, output, errors] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  return { code, output, errors };
}

/** Servers on a port and on the next one. */
async function neighbours(): Promise<[HttpServer, HttpServer]> {
  const first = await HttpServer.listen(0);
  try {
    return [first, await HttpServer.listen(Number(new URL(first.url).port) + 1)];
  } catch {
    first.close();
    return neighbours();
  }
}

/** Resolves with the match once the process has written it. */
async function written(output: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  let all = '';
  for await (const chunk of output.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    all += chunk;
    const match = pattern.exec(all);
    if (match !== null) return match;
  }
  throw new Error(`the process ended without ${pattern}: ${all}`);
}

/** A state folder that several tests use in turn: the app is synthesized for the first one only. */
const SYNTHESIZED_STATE = temporaryDirectory();

function killGroup(pid: number | undefined): void {
  try {
    process.kill(-Number(pid), 'SIGKILL');
  } catch (error) {
    // It has ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('npm start', () => {
  it('reports what it is doing, from the start', async () => {
    const child = spawn(process.execPath, [CLI, 'start', '--state', SYNTHESIZED_STATE], {
      env: { ...process.env, PORT: '0' },
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));

    const [told] = await written(child.stdout, /^[\s\S]*\n {2}Submit tasks /);

    expect(told.split('\n').slice(0, 5)).toEqual([
      '  Synthesizing the app…',
      '  Starting functions…',
      '  Loading tasks…',
      '',
      expect.stringContaining('  callback-completion runs on this machine'),
    ]);
    child.kill('SIGINT');
    await exited;
  });

  it('runs the app, of which the banner’s request is true, until it is interrupted', async () => {
    const state = SYNTHESIZED_STATE;
    const child = spawn(process.execPath, [CLI, 'start', '--state', state], {
      env: { ...process.env, PORT: '0' },
    });
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    const [, address = '', body = ''] = await written(child.stdout, /curl -X POST "([^"]+)" .* -d '(.+)'/);

    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });

    expect(response.status).toBe(202);
    const { task_id } = (await response.json()) as { task_id: string };
    const [line] = await written(child.stdout, /^.* delivered .*$/m);
    expect(line).toContain(`${task_id.slice(0, 8)}  generate-report  attempt 1`);
    const inbox = await (await fetch(new URL('/inbox/demo', address))).json();
    expect(inbox).toMatchObject([{ body: { status: 'completed', task_id }, verified: true }]);

    const startMs = performance.now();
    child.kill('SIGINT');
    const [, kept] = await written(
      child.stdout,
      /Stopping…\nStopped\. What was accepted is kept in (.+)\.\n/,
    );
    expect(kept).toBe(state);
    expect(await exited).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it('runs each pipeline of the app on a port of its own, with settings for this machine', async () => {
    const child = spawn(
      process.execPath,
      [CLI, 'start', '--state', temporaryDirectory(), '--set', 'deliveryDeadline=1m'],
      { cwd: appWithTwoPipelines(), env: { ...process.env, PORT: '0' } },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const [told] = await written(child.stdout, /Pipeline[\s\S]*Try it/);
    const urls = [...told.matchAll(/POST (\S+)\/api/g)].map(([, url = '']) => url);
    expect([...told.matchAll(/Pipeline +(\S+)/g)].map(([, name]) => name)).toEqual([
      'Shop/Orders',
      'Shop/Reports',
    ]);

    for (const [index, url] of urls.entries()) {
      const answer = await fetch(`${url}/api/tasks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"task_name":"greet","input":{"name":"Ada"},"callback_url":"${url.replace('localhost', '127.0.0.1')}/inbox/demo"}`,
      });
      expect(answer.status).toBe(202);
      await written(child.stdout, index === 0 ? /^Orders {3}.* delivered /m : /^Reports {2}.* delivered /m);
    }

    const inboxes = await Promise.all(urls.map(async (url) => (await fetch(`${url}/inbox/demo`)).json()));
    expect(inboxes).toMatchObject([
      [{ body: { result: { ordered: 'Ada' } }, verified: true }],
      [{ body: { result: { reported: 'Ada' } }, verified: true }],
    ]);
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  }, 60_000);

  it('tells that the port of a further pipeline is taken', async () => {
    const [first, second] = await neighbours();
    first.close();

    const { code, errors } = await npmStart(
      ['--state', temporaryDirectory()],
      { PORT: new URL(first.url).port },
      appWithTwoPipelines(),
    );
    second.close();

    expect(code).toBe(1);
    expect(errors).toContain(`Port ${new URL(second.url).port} is taken`);
  }, 60_000);

  it('reloads a task when its file changes, with --watch', async () => {
    const app = appFolder({ 'tasks/greet.ts': greetTask('', `() => 'hello'`) });
    const args = ['--watch', '--state', temporaryDirectory(), '-c', `tasks=${app}/tasks`];
    const child = spawn(process.execPath, [CLI, 'start', ...args], { env: { ...process.env, PORT: '0' } });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const [, address = ''] = await written(child.stdout, /curl -X POST "([^"]+)"[\s\S]*Watching tasks/);

    writeFiles(app, { 'tasks/greet.ts': greetTask('', `() => 'servus'`) });

    const [told] = await written(child.stdout, /reloaded .*/);
    expect(told).toMatch(/^reloaded {8}run in \d+ ms: .*tasks\/greet\.ts$/);
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"task_name":"greet","input":{"name":"Ada"}}',
    });
    const { task_id } = (await answer.json()) as { task_id: string };
    await written(child.stdout, /^.* completed .*$/m);
    expect(await (await fetch(`${address}/${task_id}/result`)).json()).toBe('servus');
    child.kill('SIGINT');
    await exited;
  }, 60_000);

  it('reports a task that does not load, before the first request', async () => {
    const app = appFolder({
      'tasks/broken.ts': `${greetTask()}\nthrow new Error('no licence');`,
      'tasks/greet.ts': greetTask(),
    });
    const args = ['--state', temporaryDirectory(), '-c', `tasks=${app}/tasks`];
    const child = spawn(process.execPath, [CLI, 'start', ...args], { env: { ...process.env, PORT: '0' } });
    const exited = new Promise((resolve) => child.once('exit', resolve));

    const [told] = await written(child.stdout, /Broken task[\s\S]*Try it/);

    expect(told).toMatch(/^Broken task {5}broken: Error: no licence, at .*tasks\/broken\.ts:7:7\n/);
    child.kill('SIGINT');
    await exited;
  });

  it('can be interrupted while it starts', async () => {
    const child = spawn(process.execPath, [CLI, 'start', '--state', temporaryDirectory()], {
      env: { ...process.env, PORT: '0' },
    });
    const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    await new Promise((resolve) => setTimeout(resolve, 2_000));

    child.kill('SIGINT');

    expect(await exited).toBe(0);
  });

  it('stops when npm, which started it, is terminated', async ({ onTestFinished }) => {
    // A process group of its own, so that nothing of it is left if this fails.
    const npm = spawn('npm', ['start', '--', '--state', SYNTHESIZED_STATE], {
      env: { ...process.env, PORT: '0' },
      detached: true,
    });
    onTestFinished(() => killGroup(npm.pid));
    await written(npm.stdout, /Try it[\s\S]*curl.*\n/);

    npm.kill('SIGTERM');

    // The output ends once nobody can write to it: neither npm nor its shell nor the stack.
    expect(await text(npm.stdout)).toMatch(/\nStopping…\nStopped\. What was accepted is kept in .*\n$/);
  }, 60_000);

  it('tells how it is used', async () => {
    const { code, output } = await npmStart(['--help']);

    expect(code).toBe(0);
    expect(output).toContain('npm start -- [options]');
  });

  it.each([
    [
      'a setting without a value',
      ['--set', 'retrySchedule'],
      {},
      '--set retrySchedule is not name=value. Example: --set retrySchedule=1s,5s\n',
    ],
    [
      'an unknown option',
      ['--sett'],
      {},
      "Unknown option '--sett'. Run npm start -- --help for what there is.\n",
    ],
    [
      'a bad port',
      [],
      { PORT: 'eighty' },
      'PORT is eighty; it must be a whole number from 0 to 65535, where 0 takes any free port.\n',
    ],
    [
      'a file of values that does not exist',
      ['--dotenv', 'nowhere.env'],
      {},
      'nowhere.env cannot be read (ENOENT). Give --dotenv the path of a file of NAME=value lines.\n',
    ],
  ])('exits with 2 if the command line has %s', async (_what, args, env, message) => {
    const { code, errors } = await npmStart(args, env);

    expect([code, errors]).toEqual([2, message]);
  });

  it('tells where in the sources the work of a task threw', async () => {
    const child = spawn(
      process.execPath,
      [CLI, 'start', '--quiet', '-c', 'samples=true', '--state', temporaryDirectory()],
      { env: { ...process.env, PORT: '0' } },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const [, address = ''] = await written(child.stdout, /curl -X POST "([^"]+)"/);

    await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"task_name":"fail","input":{"message":"out of paper"}}',
    });

    const [told] = await written(child.stdout, /work failed: .*\n.*\n/);
    expect(told).toMatch(/^work failed: Error: out of paper\n +tasks\/samples\/fail\.ts:\d+:\d+ {2}if /);
    child.kill('SIGINT');
    await exited;
  }, 60_000);

  it('tells that the port is taken, and how to take another', async () => {
    const server = await HttpServer.listen(0);
    const { port } = new URL(server.url);

    const { code, errors } = await npmStart(['--state', SYNTHESIZED_STATE], { PORT: port });
    server.close();

    expect(code).toBe(1);
    expect(errors).toContain(`Port ${port} is taken`);
    expect(errors).toContain('npm start');
  });

  it('tells that another copy has the state, and how to have two', async () => {
    const path = temporaryDirectory();
    const state = new StateDirectory(path);

    const { code, errors } = await npmStart(['--state', path]);
    state.release();

    expect(code).toBe(1);
    expect(errors).toContain(`${path} is in use by another local stack (process ${process.pid})`);
  });

  it('leaves the state of another version alone, and tells what to do', async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'version.json'), '{"format":7,"version":"3.1.0"}');

    const { code, errors } = await npmStart(['--state', path]);

    expect(code).toBe(1);
    expect(errors).toContain(`${path} holds the state of version 3.1.0 (format 7)`);
    expect(readdirSync(path)).toEqual(['version.json']);
  });

  it.each([
    ['is a file', (path: string) => writeFileSync(path, 'mine'), 'is not a folder.'],
    [
      'holds something else',
      (path: string) => writeFiles(path, { 'letters.txt': 'dear all' }),
      'holds files of something else, letters.txt for one.',
    ],
    [
      'has damaged secrets',
      (path: string) => writeFiles(path, { 'secrets.json': '[{' }),
      'secrets.json is damaged and was not changed.',
    ],
    [
      'has a damaged ledger',
      (path: string) => writeFiles(path, { 'ledger/CURRENT': 'MANI' }),
      'ledger is damaged and was not changed. It holds all tasks (',
    ],
  ])('tells in one sentence what to do about a state folder that %s', async (_what, make, problem) => {
    const path = join(temporaryDirectory(), 'state');
    make(path);

    const { code, errors } = await npmStart(['--state', path]);

    expect(code).toBe(1);
    expect(errors).toContain(path);
    expect(errors).toContain(problem);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });

  it('lists the pipelines of the app if the one that is asked for does not exist', async () => {
    const { code, errors } = await npmStart(['--state', SYNTHESIZED_STATE, '--pipeline', 'Callbacks']);

    expect(code).toBe(2);
    expect(errors).toBe(
      'There is no pipeline Callbacks. Give --pipeline one of: CallbackCompletion/Pipeline.\n',
    );
  });

  it('shows what the construct refuses when the app does not synthesize', async () => {
    const { code, errors } = await npmStart(['--state', temporaryDirectory(), '--set', 'retrySchedule=soon']);

    expect(code).toBe(1);
    expect(errors).toBe(
      'The app could not be synthesized:\n\nretrySchedule: got "soon"; allowed is a whole number with a unit s, m, h or d, for example retrySchedule=5s,5m,30m\n',
    );
  });

  it('names the part of the app that has no counterpart here, and what to do', async () => {
    const folder = appFolder({
      'cdk.json': '{"app":"node app.mts"}',
      'app.mts': `
import { App, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { CallbackCompletion } from ${JSON.stringify(join(import.meta.dirname, '../../lib/callback-completion.ts'))};
const stack = new Stack(new App(), 'Shop');
const { node } = new CallbackCompletion(stack, 'Callbacks');
for (const part of node.findAll()) if (part instanceof CfnRule) part.scheduleExpression = 'cron(0 12 * * ? *)';
`,
      'tasks/greet.ts': greetTask(),
    });

    const { code, errors } = await npmStart(['--state', temporaryDirectory()], {}, folder);

    expect(code).toBe(1);
    expect(errors).toMatch(
      /^The local stack cannot run a part of the app: Resources\.\w+\.Properties\.ScheduleExpression: the local stack knows rate\(… minutes\|hours\|days\), not cron\(0 12 \* \* \? \*\)\nIf it comes from a setting, give that a value for this machine: --set NAME=VALUE\. To leave its pipeline out, choose another: --pipeline NAME\.\n$/,
    );
  }, 60_000);

  it('makes no state folder in a folder without an app', async () => {
    const folder = temporaryDirectory();

    const { code, errors } = await npmStart([], {}, folder);

    expect(code).toBe(1);
    expect(errors).toBe(
      `There is no cdk.json in ${folder}. Change to the folder of your CDK app and start again.\n`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
