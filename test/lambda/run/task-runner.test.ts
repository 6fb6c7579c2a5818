import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../../lambda/run/process-protocol.ts';
import { taskRunner } from '../../../lambda/run/task-runner.ts';

const TASK_RUNNER = join(import.meta.dirname, '../../../lambda/run/task-runner.ts');
const ODD_TASKS = join(import.meta.dirname, 'odd-tasks-process.ts');

function job(taskName: string, input?: unknown): Job {
  return {
    taskName,
    taskId: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
    run: 2,
    inputJson: JSON.stringify(input),
    resultUrl: 'https://api.example/api/tasks/8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10/result',
    callbackUrl: 'https://receiver.example/hook',
  };
}

const AMPLE = { limitMs: 10_000, leftMs: 30_000 };
const BRIEF = { limitMs: 200, leftMs: 10_000 };

const logged: [string, string, object][] = [];

const run = taskRunner({
  processFile: ODD_TASKS,
  heapMb: 64,
  onLog: (level, message, fields) => logged.push([level, message, fields]),
});

/** Every story ends with this: whatever a task did, the next one is run as if nothing had been. */
afterEach(async () => {
  expect(await run(job('sleep', { seconds: 0 }), AMPLE)).toEqual({
    kind: 'completed',
    resultJson: '{"slept_seconds":0}',
  });
});

const timedOut = (seconds: string) => ({
  kind: 'timeout',
  error: { type: 'Timeout', message: `the task did not finish within ${seconds} s` },
});

const failed = (type: string, message: string) => ({ kind: 'failed', error: { type, message } });

describe('work that ends by itself', () => {
  it('is given its input and what it may know of its run', async () => {
    expect(await run(job('tell-context', { rows: [1] }), AMPLE)).toEqual({
      kind: 'completed',
      resultJson:
        '{"input":{"rows":[1]},"taskId":"8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10","run":2,"resultUrl":"https://api.example/api/tasks/8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10/result","callbackUrl":"https://receiver.example/hook","aborted":false}',
    });
  });

  it('has its log lines written, in order, with the task that they are of', async () => {
    expect(await run(job('log'), AMPLE)).toEqual({ kind: 'completed', resultJson: '"logged"' });

    const ours = { task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10', task_name: 'log', run: 2 };
    expect(logged.splice(0)).toEqual([
      ['info', 'begun', { rows: 3, ...ours }],
      ['warn', 'cannot be cloned', ours],
    ]);
  });

  it('may throw, ask for another run, or give what is no result', async () => {
    expect(await run(job('fail', { message: 'no paper' }), AMPLE)).toEqual(failed('Error', 'no paper'));
    expect(await run(job('throw-undefined'), AMPLE)).toEqual(failed('Error', 'undefined was thrown'));
    expect(await run(job('retry-later'), AMPLE)).toEqual({
      kind: 'retry',
      error: { type: 'RetryableTaskError', message: 'busy' },
      afterSeconds: 30,
    });
    expect(await run(job('return-function'), AMPLE)).toEqual(
      failed('UnusableResult', 'the result cannot be written as JSON: it is a function'),
    );
  });

  it('is not begun where it is unknown, or its input no longer fits', async () => {
    expect(await run(job('no-such-task'), AMPLE)).toEqual(
      failed('UnknownTask', 'no work is deployed for no-such-task'),
    );
    expect(await run(job('toString'), AMPLE)).toEqual(
      failed('UnknownTask', 'no work is deployed for toString'),
    );
    expect(await run(job('sleep', { seconds: 'one' }), AMPLE)).toEqual(
      failed('InvalidInput', 'the input no longer fits the schema of the deployed task'),
    );
  });
});

describe('work whose time is up', () => {
  it('has timed out where it heeds its signal', async () => {
    const startedAt = Date.now();

    expect(await run(job('sleep', { seconds: 600 }), BRIEF)).toEqual(timedOut('0.2'));
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('has timed out where it finishes only after its signal', async () => {
    expect(await run(job('finish-late'), BRIEF)).toEqual(timedOut('0.2'));
  });

  it.each(['ignore-signal', 'loop-forever', 'block-forever'])(
    'is ended where it does not (%s)',
    async (name) => {
      expect(await run(job(name), BRIEF)).toEqual(timedOut('0.2'));
    },
  );
});

describe('a run for which its invocation has no time', () => {
  it('has timed out, and its task does not count as one that fails to load', async () => {
    logged.length = 0;

    expect(await run(job('sleep', { seconds: 0 }), { limitMs: 10_000, leftMs: 0 })).toEqual(timedOut('0'));

    expect(logged).toEqual([]);
  });
});

describe('a run that outlives its invocation', () => {
  it('does not share its process with the run after it', async () => {
    const overlong = run(job('loop-forever'), { limitMs: 1_500, leftMs: 10_000 });

    // Behind the loop it would have to wait until its own time is up.
    expect(await run(job('sleep', { seconds: 0 }), AMPLE)).toEqual({
      kind: 'completed',
      resultJson: '{"slept_seconds":0}',
    });
    expect(await overlong).toEqual(timedOut('1.5'));
  });
});

describe('a task whose module does not load', () => {
  const notLoaded = (name: string, what: string) =>
    failed('TaskLoadError', `the code of task ${name} ${what}; the operator's log has the cause`);
  const ids = (name: string) => ({ task_id: job(name).taskId, task_name: name, run: 2 });

  it('fails alone if the module throws; the log has class, code and place, and not the message', async () => {
    logged.length = 0;

    expect(await run(job('throw-while-loading'), AMPLE)).toEqual(
      notLoaded('throw-while-loading', 'threw an error while it was loading'),
    );

    expect(logged).toEqual([
      [
        'error',
        'task failed to load',
        {
          ...ids('throw-while-loading'),
          error: {
            name: 'RangeError',
            code: 'ERR_CONFIG',
            at: expect.arrayContaining([expect.stringContaining('odd-tasks-process.ts')]),
          },
        },
      ],
    ]);
  });

  it('names the package in the log if one is missing', async () => {
    logged.length = 0;

    await run(job('miss-a-package'), AMPLE);

    expect(logged[0]?.[2]).toMatchObject({
      error: {
        code: 'ERR_MODULE_NOT_FOUND',
        message: expect.stringContaining("Cannot find package 'sharp-is-not-installed'"),
      },
    });
  });

  it.each(['never-load', 'loop-while-loading'])(
    'fails alone if the module never finishes (%s)',
    async (name) => {
      logged.length = 0;
      const what = expect.stringMatching(/^did not finish loading within 1\.\d+ s$/);

      const end = await run(job(name), { limitMs: 10_000, leftMs: 1_900 });

      expect(end).toMatchObject({ kind: 'failed', error: { type: 'TaskLoadError' } });
      expect(logged).toEqual([['error', 'task failed to load', { ...ids(name), reason: what }]]);
    },
  );

  it('times out if the invocation has too little time left for loading', async () => {
    expect(await run(job('never-load'), { limitMs: 10_000, leftMs: 500 })).toMatchObject({ kind: 'timeout' });
  });

  it('fails alone if the module ends the process', async () => {
    logged.length = 0;

    expect(await run(job('exit-while-loading'), AMPLE)).toEqual(
      notLoaded('exit-while-loading', 'ended its process (3) while it was loading'),
    );

    expect(logged).toEqual([
      [
        'error',
        'task failed to load',
        { ...ids('exit-while-loading'), reason: 'ended its process (3) while it was loading' },
      ],
    ]);
  });

  it('fails alone if something beside the module throws while it loads', async () => {
    expect(await run(job('throw-beside-loading'), AMPLE)).toEqual(
      notLoaded('throw-beside-loading', 'threw an error while it was loading'),
    );
  });
});

describe('work that takes its process along', () => {
  it('by process.exit fails', async () => {
    expect(await run(job('exit-process'), AMPLE)).toEqual(
      failed('ProcessExited', 'the task ended its process (7) before it had a result'),
    );
  });

  it('by using up its memory fails, and the function lives on', async () => {
    expect(await run(job('use-all-memory'), AMPLE)).toEqual(
      failed(
        'OutOfMemory',
        'the task used more than the 64 MiB of heap that it may; raise runMemory or use less',
      ),
    );
  });

  it.each([
    ['stray-throw', 'RangeError', 'nobody catches this'],
    ['stray-rejection', 'RangeError', 'nobody awaits this'],
  ])('by an error that nobody catches fails (%s)', async (name, type, message) => {
    expect(await run(job(name), AMPLE)).toEqual(
      failed(type, `an error outside of the task's promise ended its process: ${message}`),
    );
  });

  it('by a throw of undefined that nobody catches fails', async () => {
    expect(await run(job('stray-throw-of-undefined'), AMPLE)).toEqual(
      failed('Error', "an error outside of the task's promise ended its process: undefined was thrown"),
    );
  });
});

describe('a process that takes 0.7 s to load', () => {
  const slowRunner = () =>
    taskRunner({
      processFile: join(import.meta.dirname, 'slow-to-load-process.ts'),
      heapMb: 64,
      onLog: () => {},
    });

  it('takes that time from the invocation, not from the task', async () => {
    const runSlowly = slowRunner();
    const limits = { limitMs: 600, leftMs: 10_000 };

    for (const killing of ['ignore-signal', 'ignore-signal']) {
      expect(await runSlowly(job(killing), limits)).toEqual(timedOut('0.6'));
      expect(await runSlowly(job('sleep', { seconds: 0.1 }), limits)).toEqual({
        kind: 'completed',
        resultJson: '{"slept_seconds":0.1}',
      });
    }
  });

  it('leaves a task what the invocation has left, and the outcome says how much that was', async () => {
    const end = await slowRunner()(job('ignore-signal'), { limitMs: 10_000, leftMs: 900 });

    expect(end.kind).toBe('timeout');
    const [, seconds] = /within ([\d.]+) s$/.exec(end.kind === 'timeout' ? end.error.message : '') ?? [];
    expect(Number(seconds)).toBeLessThan(0.25);
  });

  it('is started anew as soon as a task has broken it, before another task needs it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'task-runner-'));
    const starts = join(directory, 'starts');
    process.env.STARTS_FILE = starts;

    await slowRunner()(job('exit-process'), AMPLE);

    await vi.waitFor(() => expect(readFileSync(starts, 'utf8')).toBe('started\nstarted\n'), {
      timeout: 10_000,
    });
    delete process.env.STARTS_FILE;
    rmSync(directory, { recursive: true });
  });
});

describe('what a task leaves behind', () => {
  it('is nothing after a request whose answer was read: the process is kept for the task after it', async () => {
    const server = createServer((_request, answer) => answer.end('well')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const first = await run(job('fetch', url), AMPLE);
    const second = await run(job('fetch', url), AMPLE);
    server.close();
    server.closeAllConnections();

    expect(first).toEqual({
      kind: 'completed',
      resultJson: expect.stringMatching(/^\{"pid":\d+,"text":"well"\}$/),
    });
    expect(second).toEqual(first);
  });

  it('does not fail the task after it', async () => {
    expect(await run(job('leave-a-bomb'), AMPLE)).toMatchObject({ kind: 'completed' });

    expect(await run(job('sleep', { seconds: 0.5 }), AMPLE)).toEqual({
      kind: 'completed',
      resultJson: '{"slept_seconds":0.5}',
    });
  });

  it.each(['leave-unref-throw', 'leave-unref-rejection', 'leave-unref-exit', 'leave-unref-kill'])(
    'by %s is not the failure of the task that runs then: that one runs again in a new process',
    async (left) => {
      expect(await run(job(left), AMPLE)).toMatchObject({ kind: 'completed' });

      expect(await run(job('sleep', { seconds: 0.6 }), AMPLE)).toEqual({
        kind: 'completed',
        resultJson: '{"slept_seconds":0.6}',
      });
    },
  );

  it('does not fail a task whose process breaks just as it is handed over', async () => {
    expect(await run(job('leave-unref-throw'), AMPLE)).toMatchObject({ kind: 'completed' });
    const until = performance.now() + 400;
    // The stage is held up as an environment is that Lambda freezes: the error and the next task come together.
    while (performance.now() < until);

    expect(await run(job('sleep', { seconds: 0.1 }), AMPLE)).toEqual({
      kind: 'completed',
      resultJson: '{"slept_seconds":0.1}',
    });
  });

  it('is logged with the ids of the task that left it, and without its message', async () => {
    const leaver = { ...job('leave-unref-throw'), taskId: '0d4d5f0e-8a53-4b0c-a6a5-2f1d3c9b7e55' };
    await run(leaver, AMPLE);
    logged.length = 0;

    await run(job('sleep', { seconds: 0.6 }), AMPLE);

    expect(logged).toEqual([
      [
        'error',
        'task left an error behind',
        {
          task_id: '0d4d5f0e-8a53-4b0c-a6a5-2f1d3c9b7e55',
          task_name: 'leave-unref-throw',
          run: 2,
          error: expect.objectContaining({ name: 'RangeError' }),
        },
      ],
      [
        'warn',
        'task runs again in a new process',
        {
          task_id: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
          task_name: 'sleep',
          run: 2,
          reason: 'an earlier task may have ended its process',
        },
      ],
    ]);
  });

  it('has the task after it run again later if this invocation has too little time left', async () => {
    expect(await run(job('leave-unref-throw'), AMPLE)).toMatchObject({ kind: 'completed' });

    expect(await run(job('sleep', { seconds: 0.6 }), { limitMs: 1_000, leftMs: 1_100 })).toEqual({
      kind: 'retry',
      error: {
        type: 'ProcessExited',
        message:
          'the process of the task ended before it had a result, because of an earlier task or of its memory',
      },
      afterSeconds: 0,
    });
  });

  it('does not excuse the task after it, whose own error is its failure', async () => {
    expect(await run(job('sleep', { seconds: 0 }), AMPLE)).toMatchObject({ kind: 'completed' });

    expect(await run(job('sleep-then-throw'), AMPLE)).toEqual(
      failed('RangeError', "an error outside of the task's promise ended its process: nobody catches this"),
    );
  });

  it('does not take the function along, though it breaks while its process is being ended', async () => {
    const uncaught: unknown[] = [];
    const keep = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', keep);
    const busy = taskRunner({
      processFile: ODD_TASKS,
      heapMb: 64,
      // The stage is held up for so long that the end of the work and the error after it come together.
      onLog: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100),
    });

    // Which of the two is seen first, is open.
    expect((await busy(job('leave-a-bomb-alight'), AMPLE)).kind).toMatch(/^(completed|failed)$/);

    process.off('uncaughtException', keep);
    expect(uncaught).toEqual([]);
  });
});

describe('a function that is killed', () => {
  it('leaves no process behind, even one that is caught in a loop', async () => {
    const program = `
      import { taskRunner } from ${JSON.stringify(TASK_RUNNER)};
      const onLog = (_level, _message, { pid }) => console.log(pid);
      const run = taskRunner({ processFile: ${JSON.stringify(ODD_TASKS)}, heapMb: 64, onLog });
      await run(${JSON.stringify(job('tell-pid-and-loop-forever'))}, { limitMs: 60_000, leftMs: 60_000 });
    `;
    const killed = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    const [told] = await once(killed.stdout, 'data');
    const pid = Number(String(told));
    expect(isAlive(pid)).toBe(true);

    killed.kill('SIGKILL');

    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000 });
  });
});

/** Whether it still runs: one that ended may stay listed until its new parent takes note of it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync('/proc');
  }
}
