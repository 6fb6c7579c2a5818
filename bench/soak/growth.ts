import { join } from 'node:path';
import { type BenchProcess, startProcess } from '../drain/process.ts';
import { type Parts, partsOf, usedBetween } from '../drain/threads.ts';

/** A local stack to which so many callbacks are owed, all the time. */
interface Backlog {
  readonly owed: number;
  readonly process: BenchProcess;
  /** Of each turn, in milliseconds. */
  readonly msPerTask: number[];
  readonly cpuMs: Parts[];
}

export interface GrowthRequest {
  readonly assembly: string;
  /** An empty folder. */
  readonly folder: string;
  readonly callbackUrl: string;
  /** How many are owed, one stack each. */
  readonly sizes: readonly number[];
  readonly turns: number;
  readonly callbacksATurn: number;
  readonly onTurn: (turn: number) => void;
}

export interface Growth {
  readonly owed: number;
  /** Of each turn. */
  readonly msPerTask: readonly number[];
  /** CPU time for each callback, by the stack's parts; none where it cannot be told. */
  readonly cpuMs: readonly Parts[];
}

/**
 * Has stacks with backlogs of different sizes take turns at delivering the same number of callbacks. What a turn took
 * is owed anew before the next, so that each backlog keeps its size.
 */
export async function growth(request: GrowthRequest): Promise<Growth[]> {
  const { assembly, folder, callbackUrl, sizes, turns, callbacksATurn, onTurn } = request;
  const program = join(import.meta.dirname, '../drain/ours-process.ts');
  const backlogs: Backlog[] = [];
  const deliver = async ({ process }: Backlog) => {
    await process.ask('owe', callbacksATurn);
    const before = { parts: partsOf(process.pid), atMs: performance.now() };
    await process.ask('drain', callbacksATurn);
    const msPerTask = (performance.now() - before.atMs) / callbacksATurn;
    return { msPerTask, cpuMs: usedBetween(before.parts, partsOf(process.pid), callbacksATurn) };
  };
  try {
    for (const owed of sizes) {
      const state = join(folder, `owed-${owed}`);
      const process = startProcess(program, { ASSEMBLY: assembly, STATE: state, CALLBACK_URL: callbackUrl });
      backlogs.push({ owed, process, msPerTask: [], cpuMs: [] });
      await process.ask('owe', owed - callbacksATurn);
    }
    // Each stack is warm before anything counts.
    for (const backlog of backlogs)
      for (let turn = 0; turn < WARM_UP_TURNS; turn += 1) await deliver(backlog);
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [index] of backlogs.entries()) {
        const backlog = backlogs[(index + turn) % backlogs.length] as Backlog;
        const { msPerTask, cpuMs } = await deliver(backlog);
        backlog.msPerTask.push(msPerTask);
        backlog.cpuMs.push(cpuMs);
      }
      onTurn(turn + 1);
    }
    return backlogs.map(({ owed, msPerTask, cpuMs }) => ({ owed, msPerTask, cpuMs }));
  } finally {
    for (const { process } of backlogs) await process.stop();
  }
}

const WARM_UP_TURNS = 4;
