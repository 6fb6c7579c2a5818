import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { type AppAssembly, synthesizeApp } from '../support/app-assembly.ts';
import { appFolder, greetTask } from '../support/app-folder.ts';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';

const CLI = join(import.meta.dirname, '../../cli/main.ts');

const THROWS = `${greetTask()}
if (process.env.LICENCE_FILE === undefined) throw new RangeError('no licence in ' + __dirname);
`;

const tasks = join(
  appFolder({
    'tasks/exits.ts': `${greetTask()}\nprocess.exit(3);`,
    'tasks/greet.ts': greetTask(),
    'tasks/hangs.ts': `${greetTask()}\nsetInterval(() => {}, 60_000);\nawait new Promise(() => {});`,
    'tasks/misses.ts': `${greetTask()}\nawait import(['sharp', 'is-not-installed'].join('-'));`,
    'tasks/throws.ts': THROWS,
  }),
  'tasks',
);

let app: AppAssembly;
let pipeline: Pipeline;

beforeAll(async () => {
  app = synthesizeApp((stack) => {
    new CallbackCompletion(stack, 'Pipeline', { tasks, allowedCallbackCidrs: ['127.0.0.0/8'] });
  });
  pipeline = await startPipeline(app.directory);
}, 120_000);

afterAll(async () => {
  await pipeline?.stop();
  app?.remove();
});

/** Submits the task with a callback to an inbox of its name, and returns the callback. */
async function callbackOf(taskName: string): Promise<unknown> {
  await pipeline.accepted({
    task_name: taskName,
    input: { name: 'Ada' },
    callback_url: pipeline.inboxUrl(taskName),
  });
  const [callback] = await pipeline.inboxOf(taskName, 1, 45_000);
  return callback;
}

const notLoaded = (name: string, what: string) => ({
  task_id: expect.any(String),
  task_name: name,
  status: 'failed',
  completed_at: expect.any(String),
  error: {
    type: 'TaskLoadError',
    message: `the code of task ${name} ${what}; the operator's log has the cause`,
  },
});

/** What the run function logged of a module that did not load. */
function loggedOf(taskName: string): unknown {
  return pipeline.log
    .filter((line) => line.includes('"task failed to load"'))
    .map((line) => JSON.parse(line))
    .find(({ task_name }) => task_name === taskName);
}

describe('tasks that do not load, beside one that does', () => {
  it('are reported before the first request, with the place', async () => {
    expect(await pipeline.stack.brokenTasks()).toEqual([
      { name: 'exits', problem: 'ended its process (3) while it was loading' },
      { name: 'hangs', problem: 'did not finish loading within 10 s' },
      {
        name: 'misses',
        problem: expect.stringMatching(
          /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'sharp-is-not-installed' imported from \S+misses\.mjs$/,
        ),
      },
      {
        name: 'throws',
        problem: expect.stringMatching(/^RangeError: no licence in .*, at .*tasks\/throws\.ts:7:\d+$/),
      },
    ]);
  });

  it('fail alone: callers learn no path, and the other task completes', async () => {
    const [throws, misses, exits, hangs, greet] = await Promise.all(
      ['throws', 'misses', 'exits', 'hangs', 'greet'].map(callbackOf),
    );

    expect(throws).toEqual(notLoaded('throws', 'threw an error while it was loading'));
    expect(misses).toEqual(notLoaded('misses', 'threw an error while it was loading'));
    expect(exits).toEqual(notLoaded('exits', 'ended its process (3) while it was loading'));
    expect(hangs).toEqual(notLoaded('hangs', 'did not finish loading within 10 s'));
    expect(greet).toEqual({
      task_id: expect.any(String),
      task_name: 'greet',
      status: 'completed',
      completed_at: expect.any(String),
      result: { greeting: 'Hello, Ada' },
    });
  }, 90_000);

  it('fail again and again, and never another task', async () => {
    for (const inbox of ['once', 'twice']) {
      for (const task_name of ['throws', 'greet']) {
        const callback_url = pipeline.inboxUrl(inbox);
        await pipeline.accepted({ task_name, input: { name: 'Ada' }, callback_url });
      }
      const outcomes = (await pipeline.inboxOf(inbox, 2)) as { task_name: string; status: string }[];
      expect(outcomes.map(({ task_name, status }) => `${task_name} ${status}`).sort()).toEqual([
        'greet completed',
        'throws failed',
      ]);
    }
  });

  it('have their cause and its place in the operator’s log', () => {
    expect(loggedOf('throws')).toMatchObject({
      level: 'ERROR',
      run: 1,
      error: {
        name: 'RangeError',
        at: expect.arrayContaining([expect.stringMatching(/\/work\/throws\.mjs:\d+:\d+$/)]),
      },
    });
    expect(loggedOf('misses')).toMatchObject({
      level: 'ERROR',
      error: {
        code: 'ERR_MODULE_NOT_FOUND',
        message: expect.stringContaining("Cannot find package 'sharp-is-not-installed'"),
      },
    });
    expect(loggedOf('exits')).toMatchObject({ reason: 'ended its process (3) while it was loading' });
    expect(loggedOf('hangs')).toMatchObject({ reason: 'did not finish loading within 10 s' });
  });
});

describe('npm start with a task that does not load', () => {
  it('shows it in the banner, and runs the others', async () => {
    const few = join(appFolder({ 'tasks/greet.ts': greetTask(), 'tasks/throws.ts': THROWS }), 'tasks');
    const state = mkdtempSync(join(tmpdir(), 'callback-completion-state-'));
    const child = spawn(process.execPath, ['--', CLI, 'start', '--state', state, '-c', `tasks=${few}`], {
      env: { ...process.env, PORT: '0' },
    });
    const exited = once(child, 'exit');
    let output = '';
    for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
      output += chunk;
      if (output.includes('Try it:')) break;
    }
    child.kill('SIGINT');
    await exited;
    rmSync(state, { recursive: true });

    expect(output).toMatch(
      /\n {2}Broken task {5}throws: RangeError: no licence in \S+, at \S*tasks\/throws\.ts:7:\d+\n {18}Its runs fail with TaskLoadError until it loads\. Other tasks are not affected\.\n/,
    );
    expect(output).not.toContain('Broken task     greet');
  });
});
