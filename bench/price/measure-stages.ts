import type { Measured } from './measure.ts';
import { type Circumstances, consume, submit, TASKS_PER_REQUEST } from './stages.ts';

/** The most messages that an invocation is given. */
export const FULL = 10;

export type Stages = Readonly<
  Record<
    | 'submitOne'
    | 'submitBatch'
    | 'runOne'
    | 'runHalf'
    | 'runFull'
    | 'deliverOne'
    | 'deliverHalf'
    | 'deliverFull',
    Measured
  >
>;

/** Measures every stage, on about so many tasks each; a stage works off what the one before has left in its queue. */
export async function measureStages(tasks: number, at: Circumstances): Promise<Stages> {
  const say = (stage: string) => process.stderr.write(`price: ${stage}\n`);
  const warmUps = Math.max(100, tasks / 2);
  // Batches of one take long at a receiver, and differ little.
  const few = Math.ceil(tasks / 5);
  say('submit');
  const submitOne = await submit(tasks, warmUps, 1, at);
  // A request of 100 warms up as much as a hundred: ten of them are enough to count.
  const submitBatch = await submit(10 * tasks, 10 * warmUps, TASKS_PER_REQUEST, at);
  say('run');
  const runOne = await consume('Run', 1, tasks, warmUps, at);
  const runHalf = await consume('Run', FULL / 2, tasks, warmUps, at);
  const runFull = await consume('Run', FULL, tasks, warmUps, at);
  say('deliver');
  const deliverOne = await consume('Deliver', 1, few, few, at);
  const deliverHalf = await consume('Deliver', FULL / 2, tasks, warmUps, at);
  const deliverFull = await consume('Deliver', FULL, tasks, warmUps, at);
  return { submitOne, submitBatch, runOne, runHalf, runFull, deliverOne, deliverHalf, deliverFull };
}
