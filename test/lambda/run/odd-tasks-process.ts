/** The process of the run function with a few tasks more: such as nobody should write, and somebody will. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { serveTasks } from '../../../lambda/run/serve-tasks.ts';
import { defineTask } from '../../../lambda/tasks/define-task.ts';
import { functions } from '../../../lambda/tasks/functions.ts';
import { implementTask, RetryableTaskError, type Work } from '../../../lambda/tasks/implement-task.ts';

const NOTHING = new Int32Array(new SharedArrayBuffer(4));

const oddWork: Record<string, Work<unknown>> = {
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
  'leave-a-bomb-alight': (_input, { logger }) => {
    setImmediate(() => {
      throw new RangeError('left behind, alight');
    });
    logger.info('look here');
    return 'done, or so it seems';
  },
};

const odd = Object.entries(oddWork).map(([name, work]) => [
  name,
  implementTask(defineTask({ name, input: z.unknown() }), work),
]);

serveTasks({ ...functions, ...Object.fromEntries(odd) });
