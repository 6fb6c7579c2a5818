import type { Job } from '../../lambda/run/process-protocol.ts';
import type { RunEnd, TaskRunner } from '../../lambda/run/task-runner.ts';
import type { Invocation } from './invocation.ts';
import type { Dice } from './random.ts';
import type { World } from './world.ts';

/** What a task's work does in one run. */
export type Deed =
  | 'ends well'
  | 'throws'
  | 'asks for another run'
  | 'takes too long'
  | 'ends its process'
  | 'kills its function';

/** Decides what the work of a task does, given which run it is. */
export interface Works {
  readonly deed: (job: Job) => Deed;
  /** Whether its result is too large for the entry. */
  readonly hasLargeResult: (job: Job) => boolean;
}

/** Work that does not heed its signal is ended so long after its time is up, as the runner does it. */
const GRACE_MS = 500;

/** A runner whose work is simulated: bounded by its limit, and killed with its invocation. */
export function simulatedRunner(world: World, invocation: Invocation, works: Works): TaskRunner {
  return (job, limits) => {
    const limitMs = Math.min(limits.limitMs, limits.leftMs);
    const { promise, resolve } = Promise.withResolvers<RunEnd>();
    // A sandbox that is thawed after its invocation has no time to give to work.
    if (invocation.ended) return promise;
    const deed = works.deed(job);
    if (deed !== 'ends well') world.faults.count(`work: ${deed}`);
    world.invariants.workBegins(job.taskId, invocation);
    world.trace(`${invocation.name}: run ${job.run} begins, ${deed}`, job.taskId);

    const naturalMs = deed === 'takes too long' ? Number.POSITIVE_INFINITY : world.dice.between(5, 20_000);
    const lastsMs = naturalMs <= limitMs ? naturalMs : limitMs + world.dice.between(0, GRACE_MS);
    const stop = world.time.after(lastsMs, () => {
      world.invariants.workEnds(job.taskId, invocation);
      if (deed === 'kills its function') invocation.crash('killed by its work');
      else resolve(naturalMs > limitMs ? timedOut(limitMs) : endOf(deed, job, works, world.dice));
    });
    invocation.onEnd(() => {
      stop();
      world.invariants.workEnds(job.taskId, invocation);
    });
    return promise;
  };
}

function endOf(deed: Deed, job: Job, { hasLargeResult }: Works, dice: Dice): RunEnd {
  const { run } = job;
  const error = { type: 'Error', message: `run ${run}` };
  switch (deed) {
    case 'throws':
      return { kind: 'failed', error };
    case 'ends its process':
      return { kind: 'failed', error: { ...error, type: 'ProcessExited' } };
    case 'asks for another run':
      return { kind: 'retry', error, afterSeconds: dice.pick([undefined, 0, 30, 200]) };
    default: {
      const rows = 'x'.repeat(hasLargeResult(job) ? 600 : 10);
      // Another run has another result: that only one of them counts shows in the callback's body.
      return { kind: 'completed', resultJson: JSON.stringify({ run, token: dice.uuid(), rows }) };
    }
  }
}

function timedOut(limitMs: number): RunEnd {
  return { kind: 'timeout', error: { type: 'Timeout', message: `not within ${limitMs} ms` } };
}

/** Mostly well; some fail in every way there is. What kills its function does so in every run, or in the first. */
export function mixedWorks(dice: Dice): Works {
  const characters = new Map<string, (run: number) => Deed>();
  const character = (): ((run: number) => Deed) => {
    const thrown = dice.next();
    if (thrown < 0.8) return () => 'ends well';
    if (thrown < 0.84) return () => 'throws';
    if (thrown < 0.9)
      return (run) => (run === 1 ? 'asks for another run' : dice.pick(['ends well', 'asks for another run']));
    if (thrown < 0.93) return () => 'takes too long';
    if (thrown < 0.95) return () => 'ends its process';
    if (thrown < 0.98) return (run) => (run === 1 ? 'kills its function' : 'ends well');
    return () => 'kills its function';
  };
  return {
    deed({ taskId, run }) {
      const known = characters.get(taskId) ?? character();
      characters.set(taskId, known);
      return known(run);
    },
    hasLargeResult: () => dice.chance(0.4),
  };
}
