import type { Row } from '../result.ts';
import { cpuMs } from './cpu.ts';
import type { BenchProcess } from './process.ts';
import { type Parts, partsOf, usedBetween } from './threads.ts';

/** One of those that are measured side by side, with callbacks owed to it. */
export interface Side {
  readonly name: string;
  /** What keeps what is owed and what came of it, in a few words. */
  readonly engine: string;
  /** Where its callbacks go: how many have come can be asked there. */
  readonly path: string;
  /** Its workers' and its servers' processes. */
  readonly pids: readonly number[];
  /** The one of them that is a local stack: engines, pollers and deliver as threads. */
  readonly stackPid?: number;
  /** Delivers about so many of what is owed, to the last acknowledgement; answers how many it were. */
  drain(count: number): Promise<number>;
  stop(): Promise<void>;
}

/** Why there is no such side on this machine. */
export type Missing = { readonly name: string } & Required<Pick<Row, 'left_out'>>;

/** What a side did in one turn. */
export interface Turn {
  readonly callbacks: number;
  readonly perSecond: number;
  /** Of all its processes. */
  readonly cpuMsPerCallback: number;
  /** The same by parts, where its side is a local stack. */
  readonly parts: Parts;
}

export async function takeTurn(side: Side, count: number): Promise<Turn> {
  const parts = () => (side.stackPid === undefined ? {} : partsOf(side.stackPid));
  const before = { parts: parts(), cpuMs: cpuMs(side.pids), atMs: performance.now() };
  const callbacks = await side.drain(count);
  const seconds = (performance.now() - before.atMs) / 1_000;
  return {
    callbacks,
    perSecond: callbacks / seconds,
    cpuMsPerCallback: (cpuMs(side.pids) - before.cpuMs) / callbacks,
    parts: usedBetween(before.parts, parts(), callbacks),
  };
}

/**
 * Has workers share a turn: each takes what it can, until together they have delivered so many, so that none is idle
 * while another still works. They tell of them as they go along, in tens.
 *
 * @returns how many it were with those that were under way by then
 * @throws Error where one of them ends meanwhile
 */
export async function drainTogether(workers: readonly BenchProcess[], count: number): Promise<number> {
  const enough = Promise.withResolvers<void>();
  let delivered = 0;
  for (const worker of workers) {
    worker.onTold((some) => {
      delivered += some;
      if (delivered >= count) enough.resolve();
    });
  }
  const broken = workers.map(async ({ ended, pid }) => {
    await ended;
    throw new Error(`worker ${pid} has ended amid its turn`);
  });
  // Before the race and after it nobody listens: they are asked, and they are ended, by others.
  for (const promise of broken) promise.catch(() => {});
  await Promise.all(workers.map((worker) => worker.ask('work')));
  await Promise.race([enough.promise, ...broken]);
  const each = await Promise.all(workers.map((worker) => worker.ask<number>('rest')));
  return each.reduce((sum, one) => sum + one, 0);
}
