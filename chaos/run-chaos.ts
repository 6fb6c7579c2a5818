import { type Arena, type ArenaSettings, openArena } from './arena.ts';
import { standingOf, undelivered, unsettled } from './findings.ts';
import { type KillCounts, killAtRandom } from './kills.ts';
import { redriveAll, signingSecret } from './operator.ts';
import { type Phase, phaseClock } from './phase-clock.ts';
import { seededRandom } from './random.ts';
import type { ChaosReport } from './report.ts';
import { lookUntilNone, untilQuiet } from './settle.ts';
import { Stores } from './stores.ts';
import { Submitter } from './submitter.ts';

export interface ChaosSettings extends Pick<ArenaSettings, 'seed' | 'assemblyDirectory'> {
  /** How many tasks are submitted, at least 1. */
  readonly tasks: number;
  /**
   * For how long tasks are submitted and processes killed, in milliseconds. A slow stack takes longer to accept all
   * tasks. The other faults go on while callbacks
   * come in, at most as long again.
   */
  readonly stormMs: number;
  readonly kills: KillCounts;
  /**
   * Whether the storm ends with one more kill of the stack, after which everything that was cut off is taken up
   * at once. Without, what a killed function held comes back when its visibility timeout ends: 3 min at most.
   */
  readonly endWithKill: boolean;
  /** Once the faults have stopped: for how long nothing more may settle before what is left counts as lost. */
  readonly patienceMs: number;
  /** Breaks the run off. */
  readonly signal: AbortSignal;
  /** Called every second. */
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: Phase;
  /** Of the storm, in [0, 1]. */
  readonly share: number;
  readonly accepted: number;
  /** Tasks whose callback a receiver has processed. */
  readonly processed: number;
  readonly stackKills: number;
  readonly workerKills: number;
  readonly faults: number;
  readonly overlaps: number;
  readonly up: boolean;
}

const TELL_EVERY_MS = 1_000;

/**
 * Submits tasks to the real local stack while everything breaks that can, lets it settle, redrives what is dead, and
 * tells what has become of every task. Ends everything that it has started, however it ends.
 *
 * @throws the signal's reason where the run is broken off; Error where the stack ends by itself
 */
export async function runChaos(settings: ChaosSettings): Promise<ChaosReport> {
  const ownEnd = new AbortController();
  const signal = AbortSignal.any([settings.signal, ownEnd.signal]);
  const onOwnEnd = (how: string) => ownEnd.abort(new Error(how));
  const arena = await openArena({ ...settings, signal, onOwnEnd });
  try {
    return await runIn(arena, { ...settings, signal });
  } finally {
    // Whoever still submits or waits for a moment to kill has nothing to go on for.
    ownEnd.abort(new Error('the run is over'));
    await arena.close();
  }
}

async function runIn(arena: Arena, settings: ChaosSettings): Promise<ChaosReport> {
  const { stack, watch, proxies, receivers, book, violations, stateDirectory } = arena;
  const { seed, stormMs, signal, patienceMs } = settings;
  const submitter = new Submitter({
    tasks: settings.tasks,
    overMs: stormMs,
    random: seededRandom(seed, 'tasks'),
    apiUrl: () => stack.url,
    callbackUrl: (kind) => receivers.urlOf(kind),
    keyPrefix: `chaos-${seed}`,
    signal,
    onViolation: violations.add,
  });
  const { accepted } = submitter;
  const clock = phaseClock(() => performance.now());
  const progress = (): Progress => ({
    phase: clock.phase,
    share: Math.min(1, clock.msOf('storm') / stormMs),
    accepted: accepted.size,
    processed: book.processed,
    stackKills: stack.kills,
    workerKills: watch.killed + [...stack.crashes.values()].reduce((sum, count) => sum + count, 0),
    faults: proxies.faults,
    overlaps: watch.overlaps,
    up: stack.up,
  });
  const telling = setInterval(() => settings.onProgress(progress()), TELL_EVERY_MS);
  let stores: Stores | undefined;
  try {
    await stack.start();
    book.verifyWith(await signingSecret(stateDirectory));

    clock.enter('storm');
    await Promise.all([
      submitter.submitAll(),
      killAtRandom(settings.kills, { stack, watch, seed, spanMs: stormMs, signal }),
    ]);
    // What is behind with its work is not spared: the faults go on until it is done, at most as long again.
    await untilQuiet(book, stormMs, signal);
    signal.throwIfAborted();
    if (settings.endWithKill) {
      await stack.kill();
      await stack.start();
    }
    proxies.setFaulty(false);
    await receivers.mendPassing();

    clock.enter('settling');
    stores = new Stores(stateDirectory);
    const looking = { stores, book, patienceMs, signal };
    const settled = await lookUntilNone((seen) => unsettled(accepted, seen), looking);
    const before = standingOf(accepted, settled, await stores.deadLetters(), book);
    for (const [taskId, why] of before.lost) violations.add(`task ${taskId} is lost: ${why}`);
    for (const taskId of book.strangers(accepted)) {
      violations.add(`a callback came of ${taskId}, which was never accepted`);
    }

    clock.enter('redriving');
    await receivers.mendAll();
    const redriven = await redriveAll(stateDirectory);
    const ended = await lookUntilNone((seen) => undelivered(accepted, seen), looking);
    const after = standingOf(accepted, ended, await stores.deadLetters(), book);
    clock.enter('ended');
    return {
      seed,
      seconds: {
        storm: clock.msOf('storm') / 1_000,
        settling: clock.msOf('settling') / 1_000,
        redriving: clock.msOf('redriving') / 1_000,
      },
      accepted: accepted.size,
      delivered: before.delivered.size,
      dead: before.dead.size,
      lost: before.lost.size,
      redriven,
      deliveredAfterRedrive: after.delivered.size,
      requests: submitter.requests,
      posts: book.posts,
      duplicates: book.duplicates,
      runs: watch.runs,
      overlappingRuns: watch.overlaps,
      lateRuns: watch.lateRuns,
      stackKills: stack.kills,
      functionCrashes: Object.fromEntries(stack.crashes),
      processKills: watch.killed,
      ...proxies.counts(),
      violations: violations.told,
    };
  } finally {
    clearInterval(telling);
    stores?.stop();
  }
}
