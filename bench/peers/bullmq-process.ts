/**
 * Program: a BullMQ worker. A job's completion is one script in Redis that keeps what came of it, the attempt with
 * it, and hands out the next job.
 */

import { chunks } from '../../lambda/chunks.ts';
import { owedCallback } from '../drain/callback.ts';
import { answerCommands, tellParent } from '../drain/commands.ts';
import { at, bullMq, CALLBACKS } from './bullmq.ts';
import { postOwed } from './post.ts';

const { SERVER = '', CALLBACK_URL = '', CONCURRENCY = '10' } = process.env;

/** A message for each would be paid with this process's CPU time. */
const TOLD_AT_ONCE = 10;

const { Queue, Worker } = await bullMq();
const worker = new Worker(CALLBACKS, ({ data }) => postOwed(data), {
  ...at(SERVER),
  concurrency: Number(CONCURRENCY),
  autorun: false,
});
/** Of this turn. */
let completed = 0;
worker.on('error', (error) => console.error(error));
worker.on('completed', () => {
  completed += 1;
  if (completed % TOLD_AT_ONCE === 0) tellParent(TOLD_AT_ONCE);
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
  async work() {
    completed = 0;
    if (isRunning) worker.resume();
    else void worker.run();
    isRunning = true;
  },
  /** Ends the turn; answers how many were completed in it, with those that were under way. */
  async rest() {
    await worker.pause();
    return completed;
  },
});
