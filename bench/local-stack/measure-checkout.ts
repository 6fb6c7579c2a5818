import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../statistics.ts';
import { startCallbackReceiver } from './callback-receiver.ts';
import { visitConsole } from './console-visitor.ts';
import type { Figures } from './figures.ts';
import { runLoad } from './load.ts';
import { readProcesses, treeMemory } from './process-tree.ts';
import { startStack } from './started-stack.ts';

/** What runs at the start (the look for broken tasks, garbage collection) has ended by then. */
const SETTLE_MS = 3_000;
/** Often enough for a peak that lasts; each look costs the machine some milliseconds. */
const MEMORY_EVERY_MS = 250;

export interface MeasureSettings {
  readonly checkout: string;
  readonly tasks: number;
  readonly clients: number;
}

/** Starts a checkout's local stack twice, with an empty state folder and again, and puts it under load the second time. */
export async function measureCheckout({ checkout, tasks, clients }: MeasureSettings): Promise<Figures> {
  const state = mkdtempSync(join(tmpdir(), 'bench-local-stack-'));
  const receiver = await startCallbackReceiver();
  try {
    const firstStart = await startStack({ checkout, state, isQuiet: false });
    await firstStart.stop();
    const stack = await startStack({ checkout, state, isQuiet: true });
    try {
      await delay(SETTLE_MS);
      const idle = treeMemory(stack.pid, readProcesses());
      const peak = { ...idle };
      const watch = setInterval(() => {
        const { residentMb, processes } = treeMemory(stack.pid, readProcesses());
        peak.residentMb = Math.max(peak.residentMb, residentMb);
        peak.processes = Math.max(peak.processes, processes);
      }, MEMORY_EVERY_MS);
      const visitor = visitConsole(stack.url);
      const load = await runLoad({ url: stack.url, tasks, clients, receiver }).finally(() =>
        clearInterval(watch),
      );
      await visitor.stop();
      const consoleMs = [...visitor.tookMs.values()].flat();
      return {
        firstLineMs: firstStart.firstLineMs,
        readyMs: firstStart.readyMs,
        readyAgainMs: stack.readyMs,
        idleMb: idle.residentMb,
        peakMb: peak.residentMb,
        processes: peak.processes,
        acceptedPerSecond: (tasks * 1_000) / load.acceptedMs,
        tasksPerSecond: (tasks * 1_000) / load.calledBackMs,
        consoleP50Ms: quantile(consoleMs, 0.5),
        consoleP95Ms: quantile(consoleMs, 0.95),
        consoleByPathP95Ms: Object.fromEntries(
          [...visitor.tookMs].flatMap(([path, ms]) => (ms.length === 0 ? [] : [[path, quantile(ms, 0.95)]])),
        ),
      };
    } finally {
      await stack.stop();
    }
  } finally {
    await receiver.stop();
    rmSync(state, { recursive: true, force: true });
  }
}
