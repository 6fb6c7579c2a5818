import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom, spreadTimes } from './random.ts';
import type { Stack } from './stack.ts';
import type { WorkWatch } from './work-watch.ts';

/** What is killed, and how often. */
export interface KillCounts {
  /** SIGKILLs of the whole stack. */
  readonly stack: number;
  /** Kills of single workers: every other one a function mid-invocation, every other one a task's process mid-run. */
  readonly workers: number;
}

/** How long the stack stays down at most after a kill, besides the time that it takes to start. */
const DOWN_AT_MOST_MS = 2_000;
/** Where nothing is at work at the moment of a kill, the next moment is tried. */
const TRY_AGAIN_MS = 50;
const TRIES = 40;

export interface KillPorts {
  readonly stack: Stack;
  readonly watch: WorkWatch;
  readonly seed: number;
  /** The kills are spread over this time, in milliseconds. */
  readonly spanMs: number;
  readonly signal: AbortSignal;
}

/** Kills at random moments; resolves when the last kill is done and the stack is up again. */
export async function killAtRandom(counts: KillCounts, ports: KillPorts): Promise<void> {
  await Promise.all([killStack(counts.stack, ports), killWorkers(counts.workers, ports)]);
}

async function killStack(count: number, { stack, seed, spanMs, signal }: KillPorts): Promise<void> {
  const random = seededRandom(seed, 'stack kills');
  const beganMs = performance.now();
  for (const atMs of spreadTimes(count, spanMs, random)) {
    if (!(await reached(beganMs + atMs, signal))) return;
    await stack.kill();
    await delay(random() * DOWN_AT_MOST_MS);
    if (signal.aborted) return;
    await stack.start();
  }
}

async function killWorkers(count: number, { stack, watch, seed, spanMs, signal }: KillPorts): Promise<void> {
  const random = seededRandom(seed, 'worker kills');
  const beganMs = performance.now();
  for (const [index, atMs] of spreadTimes(count, spanMs, random).entries()) {
    if (!(await reached(beganMs + atMs, signal))) return;
    const killOne = () => (index % 2 === 0 ? stack.crashFunction(random()) : watch.killOne(random));
    for (let tries = 0; tries < TRIES && !signal.aborted && !(await killOne()); tries += 1) {
      await delay(TRY_AGAIN_MS);
    }
  }
}

/** Waits for a moment; false where the run is broken off before. */
async function reached(atMs: number, signal: AbortSignal): Promise<boolean> {
  await delay(Math.max(0, atMs - performance.now()), undefined, { signal }).catch(() => {});
  return !signal.aborted;
}
