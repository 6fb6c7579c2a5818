/** Charts of the local stack, made of what its functions have logged. Pure. */
import { OUTCOME_STATUSES } from '../lambda/contract/states.ts';
import type { ChartSeries, Charts } from './api-types.ts';
import type { LoggedStep } from './log-memory.ts';

const WINDOW_SECONDS = 1_800;
const STEP_SECONDS = 30;
const STEP_MS = STEP_SECONDS * 1_000;

const OUTCOMES: ReadonlySet<string> = new Set(OUTCOME_STATUSES);

/** How many letters there were, and when. */
export interface DepthSample {
  readonly atMs: number;
  readonly count: number;
}

export interface Heard {
  /** Oldest first. */
  readonly steps: readonly LoggedStep[];
  readonly depths: readonly DepthSample[];
  /** Nothing was heard before. */
  readonly sinceMs: number;
}

export function localCharts(heard: Heard, nowMs: number): Charts {
  const count = WINDOW_SECONDS / STEP_SECONDS;
  // The step that is under way is the last.
  const lastMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
  const starts = Array.from({ length: count }, (_, index) => lastMs - (count - 1 - index) * STEP_MS);
  const steps = byStart(heard.steps, ({ atMs }) => atMs);
  const latencies = byStart(latenciesOf(heard.steps), ({ atMs }) => atMs);
  const depths = byStart(heard.depths, ({ atMs }) => atMs);

  const series = (
    name: ChartSeries['name'],
    unit: ChartSeries['unit'],
    value: (startMs: number) => number | null,
  ): ChartSeries => ({
    name,
    unit,
    points: starts.map((startMs) => [startMs, startMs + STEP_MS > heard.sinceMs ? value(startMs) : null]),
  });
  const perMinute = (name: ChartSeries['name'], counts: (logged: LoggedStep) => boolean) =>
    series(name, 'per minute', (startMs) => {
      const seen = (steps.get(startMs) ?? []).filter(counts).length;
      return (seen * 60) / STEP_SECONDS;
    });
  const latency = (name: ChartSeries['name'], share: number) =>
    series(name, 'ms', (startMs) =>
      quantile(
        (latencies.get(startMs) ?? []).map(({ ms }) => ms),
        share,
      ),
    );
  return {
    window_seconds: WINDOW_SECONDS,
    step_seconds: STEP_SECONDS,
    series: [
      perMinute('accepted', ({ step }) => step === 'accepted'),
      perMinute('delivered', ({ succeeded }) => succeeded === true),
      perMinute('failed attempts', ({ succeeded }) => succeeded === false),
      latency('callback latency p50', 0.5),
      latency('callback latency p95', 0.95),
      series('dead letters', 'count', (startMs) => depths.get(startMs)?.at(-1)?.count ?? null),
    ],
  };
}

/** From the outcome to its callback's delivery, where both were heard. */
function latenciesOf(steps: readonly LoggedStep[]): { readonly atMs: number; readonly ms: number }[] {
  const outcomeAtMs = new Map<string, number>();
  return steps.flatMap(({ step, taskId, atMs }) => {
    if (OUTCOMES.has(step)) outcomeAtMs.set(taskId, atMs);
    const sinceMs = outcomeAtMs.get(taskId);
    return step === 'delivered' && sinceMs !== undefined ? [{ atMs, ms: Math.max(0, atMs - sinceMs) }] : [];
  });
}

function byStart<T>(items: readonly T[], atMs: (item: T) => number): Map<number, T[]> {
  return Map.groupBy(items, (item) => Math.floor(atMs(item) / STEP_MS) * STEP_MS);
}

/** The smallest value that so large a share of all does not exceed; null for none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
