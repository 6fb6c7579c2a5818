/** What CloudWatch is asked for the console, and what its answer comes to. Pure. */
import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { METRICS } from '../lambda/contract/metrics.ts';
import type { ChartSeries, Charts } from './api-types.ts';

const WINDOW_SECONDS = 10_800;
const STEP_SECONDS = 60;
const STEP_MS = STEP_SECONDS * 1_000;

/** Where a stack's metrics are. */
export interface MetricNames {
  /** Of the functions' own. */
  readonly namespace: string;
  readonly queues: Readonly<Record<'tasks' | 'callbacks' | 'dead_letters', string>>;
}

const CHARTS = [
  { id: 'accepted', name: 'accepted', unit: 'per minute', none: 0 },
  { id: 'delivered', name: 'delivered', unit: 'per minute', none: 0 },
  { id: 'failed', name: 'failed attempts', unit: 'per minute', none: 0 },
  { id: 'p50', name: 'callback latency p50', unit: 'ms', none: null },
  { id: 'p95', name: 'callback latency p95', unit: 'ms', none: null },
  { id: 'dead', name: 'dead letters', unit: 'count', none: null },
] as const satisfies readonly (Pick<ChartSeries, 'name' | 'unit'> & { id: string; none: number | null })[];

/** Nine metrics: a hundred thousand of such requests are 9 USD (2026-11, us-east-1). */
export function metricQueries({ namespace, queues }: MetricNames): MetricDataQuery[] {
  const own = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace: namespace, MetricName }, Period: STEP_SECONDS, Stat },
  });
  const queue = (Id: string, QueueName: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/SQS', MetricName, Dimensions: [{ Name: 'QueueName', Value: QueueName }] },
      Period: STEP_SECONDS,
      Stat,
    },
  });
  return [
    // Of what is accepted, all but external tasks; what is sent once more is counted once more.
    queue('accepted', queues.tasks, 'NumberOfMessagesSent', 'Sum'),
    own('attempts', METRICS.callbackSuccess, 'SampleCount'),
    own('delivered', METRICS.callbackSuccess, 'Sum'),
    own('p50', METRICS.callbackLatencyMs, 'p50'),
    own('p95', METRICS.callbackLatencyMs, 'p95'),
    queue('dead', queues.dead_letters, 'ApproximateNumberOfMessagesVisible', 'Maximum'),
    ...(['tasks', 'callbacks', 'dead_letters'] as const).map((name) =>
      queue(`age_${name}`, queues[name], 'ApproximateAgeOfOldestMessage', 'Maximum'),
    ),
  ];
}

/** Of whole minutes; the one that is under way has not been told yet. */
export function metricWindow(nowMs: number): { readonly StartTime: Date; readonly EndTime: Date } {
  const endMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
  return { StartTime: new Date(endMs - WINDOW_SECONDS * 1_000), EndTime: new Date(endMs) };
}

export function chartsOf(results: readonly MetricDataResult[], nowMs: number): Charts {
  const { StartTime } = metricWindow(nowMs);
  const starts = Array.from(
    { length: WINDOW_SECONDS / STEP_SECONDS },
    (_, index) => StartTime.getTime() + index * STEP_MS,
  );
  return {
    window_seconds: WINDOW_SECONDS,
    step_seconds: STEP_SECONDS,
    series: CHARTS.map(({ id, name, unit, none }) => {
      const values = id === 'failed' ? failedAttempts(results) : valuesOf(results, id);
      return { name, unit, points: starts.map((startMs) => [startMs, values.get(startMs) ?? none]) };
    }),
  };
}

/** The latest that was told, within the last ten minutes; null where nothing was. */
export function oldestAgeOf(
  results: readonly MetricDataResult[],
  queue: keyof MetricNames['queues'],
  nowMs: number,
): number | null {
  const [latest] = [...valuesOf(results, `age_${queue}`)].sort(([a], [b]) => b - a);
  if (latest === undefined || latest[0] < nowMs - 600_000) return null;
  return latest[1];
}

/** Those that were made and not delivered; of both statistics a minute has both or neither. */
function failedAttempts(results: readonly MetricDataResult[]): Map<number, number> {
  const delivered = valuesOf(results, 'delivered');
  const attempts = valuesOf(results, 'attempts');
  return new Map([...attempts].map(([atMs, made]) => [atMs, made - (delivered.get(atMs) ?? 0)]));
}

function valuesOf(results: readonly MetricDataResult[], id: string): Map<number, number> {
  const { Timestamps = [], Values = [] } = results.find((result) => result.Id === id) ?? {};
  return new Map(Timestamps.map((time, index) => [time.getTime(), Values[index] ?? 0]));
}
