/** The process of the work with a few tasks more: such as nobody should write, and somebody will. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { serveTasks } from '../../../lambda/run/serve-tasks.ts';
import { defineTask } from '../../../lambda/task/define-task.ts';
import { RetryableTaskError } from '../../../lambda/task/retryable-task-error.ts';
import type { TaskContext, TaskModule } from '../../../lambda/task/run.ts';
import { SAMPLE_MODULES } from '../../support/sample-tasks.ts';

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

const oddWork: Record<string, (input: unknown, context: TaskContext) => unknown> = {
  'tell-context': (input, { taskId, run, resultUrl, callbackUrl, signal }) => ({
    input,
    taskId,
    run,
    resultUrl,
    callbackUrl,
    aborted: signal.aborted,
  }),
  log: (_input, { logger }) => {
    logger.info('begun', { rows: 3 });
    logger.warn('cannot be cloned', { callback: () => {} });
    return 'logged';
  },
  'retry-later': () => {
    throw new RetryableTaskError('busy', { afterSeconds: 30 });
  },
  'throw-undefined': () => {
    throw undefined;
  },
  'return-function': () => () => 'a function',
  fetch: async (url) => {
    const answer = await fetch(String(url));
    return { pid: process.pid, text: await answer.text() };
  },
  'finish-late': async (_input, { signal }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await sleep(50);
    return 'too late';
  },
  'ignore-signal': () => new Promise(() => {}),
  'tell-pid-and-loop-forever': (_input, { logger }) => {
    logger.info('here', { pid: process.pid });
    for (;;);
  },
  'loop-forever': () => {
    for (;;);
  },
  'block-forever': () => {
    Atomics.wait(NOTHING, 0, 0);
  },
  'exit-process': () => {
    process.exit(7);
  },
  'use-all-memory': () => {
    const hoard: unknown[] = [];
    for (;;) hoard.push(new Array(10_000).fill(hoard.length));
  },
  'stray-throw': async () => {
    setTimeout(() => {
      throw new RangeError('nobody catches this');
    }, 10);
    await sleep(1_000);
  },
  'stray-throw-of-undefined': async () => {
    setTimeout(() => {
      throw undefined;
    }, 10);
    await sleep(1_000);
  },
  'stray-rejection': async () => {
    Promise.reject(new RangeError('nobody awaits this'));
    await sleep(1_000);
  },
  'leave-a-bomb': () => {
    setTimeout(() => {
      throw new RangeError('left by the task before');
    }, 100);
    return 'done, or so it seems';
  },
  'leave-unref-throw': () => {
    setTimeout(() => {
      throw new RangeError('a secret of the task before');
    }, 300).unref();
    return 'done, or so it seems';
  },
  'leave-unref-rejection': () => {
    setTimeout(async () => {
      throw new RangeError('a secret of the task before');
    }, 300).unref();
    return 'done, or so it seems';
  },
  'leave-unref-exit': () => {
    setTimeout(() => process.exit(0), 300).unref();
    return 'done, or so it seems';
  },
  'leave-unref-kill': () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300).unref();
    return 'done, or so it seems';
  },
  'sleep-then-throw': async () => {
    await sleep(50);
    setTimeout(() => {
      throw new RangeError('nobody catches this');
    }, 10);
    await sleep(1_000);
  },
  'leave-a-bomb-alight': (_input, { logger }) => {
    setImmediate(() => {
      throw new RangeError('left behind, alight');
    });
    logger.info('look here');
    return 'done, or so it seems';
  },
};

/** Modules that do not load, by what they do instead. */
const oddModules: Record<string, () => Promise<TaskModule>> = {
  'throw-while-loading': async () => {
    throw Object.assign(new RangeError('postgres://admin:hunter2@db is not reachable'), {
      code: 'ERR_CONFIG',
    });
  },
  'miss-a-package': async () => await import('sharp-is-not-installed' as string),
  'never-load': () => new Promise(() => {}),
  'loop-while-loading': () => {
    for (;;);
  },
  'exit-while-loading': () => process.exit(3),
  'throw-beside-loading': async () => {
    setTimeout(() => {
      throw new RangeError('nobody catches this');
    }, 10);
    return await new Promise(() => {});
  },
};

const odd = Object.fromEntries(
  Object.entries(oddWork).map(([name, run]) => [
    name,
    { definition: defineTask({ input: z.unknown() }), run } as TaskModule,
  ]),
);

serveTasks({
  load: async (name) => (await oddModules[name]?.()) ?? odd[name] ?? SAMPLE_MODULES[name],
  secret: async (name) => `the value of ${name}`,
});
