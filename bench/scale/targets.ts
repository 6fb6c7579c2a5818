import { MINUTE_MS } from './assumptions.ts';
import type { Result } from './results.ts';

/** One promise about one scenario, and whether it was kept. */
export interface Verdict {
  readonly scenario: string;
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly reached: boolean;
}

const MOST_IN_FLIGHT = 10_000;
const LIVE_P99_RATIO = 1.5;
const LATEST_MS = 5 * MINUTE_MS;
const MOST_DOLLARS: Readonly<Record<string, number>> = { refuse: 25, hang: 60 };

/** Judges the two scenarios that the targets are about; none where a run of them or the baseline is missing. */
export function verdicts(results: readonly Result[]): Verdict[] {
  const baseline = results.find(({ scenario }) => scenario.name === 'baseline');
  if (baseline === undefined) return [];
  return results.flatMap((result) => {
    const mostDollars = MOST_DOLLARS[result.scenario.name];
    return mostDollars === undefined ? [] : judge(result, baseline, mostDollars);
  });
}

function judge(result: Result, baseline: Result, mostDollars: number): Verdict[] {
  const scenario = result.scenario.title;
  const { peak, live, lateMs, deadLetters, endedTwice, callbacks, costDollars } = result;
  const p99Ratio = live.p99Ms / baseline.live.p99Ms;
  return [
    {
      scenario,
      what: 'in-flight places held by dead hosts, at most',
      target: `≤ ${countText(MOST_IN_FLIGHT)}`,
      measured: countText(peak.inFlightDead),
      reached: peak.inFlightDead <= MOST_IN_FLIGHT,
    },
    {
      scenario,
      what: 'live p99 of all, against that without dead hosts',
      target: `≤ ${LIVE_P99_RATIO} ×`,
      measured: `${ratioText(p99Ratio)} (${secondsText(live.p99Ms)})`,
      reached: p99Ratio <= LIVE_P99_RATIO,
    },
    {
      scenario,
      what: 'waited after its time, at most',
      target: `≤ ${secondsText(LATEST_MS)}`,
      measured: secondsText(lateMs.highest),
      reached: lateMs.highest <= LATEST_MS,
    },
    {
      scenario,
      what: 'cost of the three days',
      target: `≤ $${mostDollars}`,
      measured: `$${costDollars.toFixed(2)}`,
      reached: costDollars <= mostDollars,
    },
    {
      scenario,
      what: 'ended in the dead-letter queue, each once',
      target: countText(callbacks),
      measured: countText(deadLetters),
      reached: deadLetters === callbacks && endedTwice === 0,
    },
  ];
}

export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

export function secondsText(ms: number): string {
  return `${(ms / 1_000).toLocaleString('en-US', { maximumFractionDigits: ms < 10_000 ? 2 : 0 })} s`;
}

function ratioText(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 0)} ×`;
}
