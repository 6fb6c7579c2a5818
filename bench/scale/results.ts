import { WINDOW_MS } from './measures.ts';
import { costOf, totalOf, type Usage, usageBeyond } from './prices.ts';
import type { Scenario } from './scenarios.ts';
import type { Run } from './simulate.ts';

/** What is told of a run. */
export interface Result {
  readonly scenario: Scenario;
  readonly callbacks: number;
  readonly endedAtMs: number;
  /** Callbacks that ended in the dead-letter queue, and such as ended more than once. */
  readonly deadLetters: number;
  readonly endedTwice: number;
  readonly attemptsPerCallback: number;
  /** How many callbacks had that many attempts. */
  readonly callbacksByAttempts: readonly number[];
  readonly heldBackPerCallback: number;
  readonly peak: {
    readonly inFlightDead: number;
    readonly inFlight: number;
    readonly delayed: number;
    readonly backlog: number;
    readonly timers: number;
  };
  readonly lateMs: Peak;
  readonly live: {
    readonly delivered: number;
    readonly undelivered: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    /** The window with the highest p99. */
    readonly worst: Peak;
  };
  /** All of AWS that it used, and what of it is due to the dead hosts. */
  readonly usage: Usage;
  readonly beyondBaseline: Usage;
  readonly cost: Usage;
  readonly costDollars: number;
  readonly curves: {
    readonly windowMs: number;
    readonly inFlightDead: readonly number[];
    readonly liveP99Ms: readonly number[];
    readonly lateMs: readonly number[];
  };
}

export interface Peak {
  readonly highest: number;
  readonly atMs: number;
}

/** @param baseline the usage of the run without dead hosts */
export function resultOf(run: Run, baseline: Usage): Result {
  const { scenario, owed, live } = run;
  const callbacks = owed.ends.length;
  const each = Math.max(1, callbacks);
  const beyondBaseline = usageBeyond(run.usage, baseline);
  const cost = costOf(beyondBaseline);
  const liveP99Ms = live.p99ByWindow();
  const late = run.lateDead.highest > run.lateLive.highest ? run.lateDead : run.lateLive;
  return {
    scenario,
    callbacks,
    endedAtMs: run.endedAtMs,
    deadLetters: owed.ends.reduce((sum, ends) => sum + ends, 0),
    endedTwice: owed.ends.reduce((sum, ends) => sum + (ends > 1 ? 1 : 0), 0),
    attemptsPerCallback: owed.attempts.reduce((sum, attempts) => sum + attempts, 0) / each,
    callbacksByAttempts: byValue(owed.attempts),
    heldBackPerCallback: owed.heldBack.reduce((sum, times) => sum + times, 0) / each,
    peak: {
      inFlightDead: run.inFlightDead.highest,
      inFlight: run.inFlight.highest,
      delayed: run.delayed.highest,
      backlog: run.backlog.highest,
      timers: run.timersStanding.highest,
    },
    lateMs: { highest: late.highest, atMs: late.highestAtMs },
    live: {
      delivered: live.all.count - run.liveUndelivered,
      undelivered: run.liveUndelivered,
      p50Ms: live.all.percentile(0.5),
      p99Ms: live.all.percentile(0.99),
      worst: highestOf(liveP99Ms),
    },
    usage: run.usage,
    beyondBaseline,
    cost,
    costDollars: totalOf(cost),
    curves: {
      windowMs: WINDOW_MS,
      inFlightDead: run.inFlightDead.windows,
      liveP99Ms,
      lateMs: run.lateDead.windows.map((lateMs, window) =>
        Math.max(lateMs, run.lateLive.windows[window] ?? 0),
      ),
    },
  };
}

function byValue(values: Uint8Array): number[] {
  const counts: number[] = [];
  for (const value of values) {
    while (counts.length <= value) counts.push(0);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

function highestOf(windows: readonly number[]): Peak {
  const highest = windows.reduce((most, value) => Math.max(most, value), 0);
  return { highest, atMs: Math.max(0, windows.indexOf(highest)) * WINDOW_MS };
}
