/**
 * Program: a BullMQ worker. A job's completion is one script in Redis that keeps what came of it, the attempt with
 * it, and hands out the next job.
 */

import { chunks } from '../../lambda/chunks.ts';
import { owedCallback } from '../drain/callback.ts';
import { answerCommands } from '../drain/commands.ts';
import { at, bullMq, CALLBACKS } from './bullmq.ts';
import { postOwed } from './post.ts';

const { SERVER = '', CALLBACK_URL = '', CONCURRENCY = '10' } = process.env;

const { Queue, Worker } = await bullMq();
const worker = new Worker(CALLBACKS, ({ data }) => postOwed(data), {
  ...at(SERVER),
  concurrency: Number(CONCURRENCY),
  autorun: false,
});
let completed = 0;
let enough = { count: 0, reached: () => {} };
worker.on('error', (error) => console.error(error));
worker.on('completed', () => {
  completed += 1;
  if (completed === enough.count) enough.reached();
});
await worker.waitUntilReady();
let isRunning = false;

answerCommands({
  async owe({ from, count }: { from: number; count: number }) {
    const queue = new Queue(CALLBACKS, at(SERVER));
    const jobs = Array.from({ length: count }, (_, index) => ({
      name: 'callback',
      data: owedCallback(from + index, CALLBACK_URL),
    }));
    for (const some of chunks(jobs, 1_000)) await queue.addBulk(some);
    await queue.close();
  },
  /** Works on what there is until so many are completed; answers how many it were with those under way by then. */
  async drain(count: number) {
    const before = completed;
    await new Promise<void>((reached) => {
      enough = { count: completed + count, reached };
      if (isRunning) worker.resume();
      else void worker.run();
      isRunning = true;
    });
    await worker.pause();
    return completed - before;
  },
});
