import { describe, expect, it } from 'vitest';
import { chartsOf, metricQueries, metricWindow, oldestAgeOf } from '../../console/cloudwatch.ts';

/** 2025-11-24T16:00:10.000Z. */
const NOW_MS = 1_764_000_010_000;
const MINUTE_MS = 60_000;
/** 15:59, the last whole minute. */
const LAST_MS = 1_763_999_940_000;

const names = {
  namespace: 'Callbacks/Pipeline',
  queues: { tasks: 'Callbacks-Tasks', callbacks: 'Callbacks-Callbacks', dead_letters: 'Callbacks-Dead' },
};

describe('charts of a stack on AWS', () => {
  it('ask for the functions’ own metrics without a dimension, and for the queues’ by name', () => {
    const asked = metricQueries(names).map(({ Id, MetricStat }) => [
      Id,
      MetricStat?.Metric?.Namespace,
      MetricStat?.Metric?.MetricName,
      MetricStat?.Metric?.Dimensions?.[0]?.Value,
      MetricStat?.Stat,
    ]);

    expect(asked).toEqual([
      ['accepted', 'AWS/SQS', 'NumberOfMessagesSent', 'Callbacks-Tasks', 'Sum'],
      ['attempts', 'Callbacks/Pipeline', 'CallbackSuccess', undefined, 'SampleCount'],
      ['delivered', 'Callbacks/Pipeline', 'CallbackSuccess', undefined, 'Sum'],
      ['p50', 'Callbacks/Pipeline', 'CallbackLatencyMs', undefined, 'p50'],
      ['p95', 'Callbacks/Pipeline', 'CallbackLatencyMs', undefined, 'p95'],
      ['dead', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Callbacks-Dead', 'Maximum'],
      ['age_tasks', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Callbacks-Tasks', 'Maximum'],
      ['age_callbacks', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Callbacks-Callbacks', 'Maximum'],
      ['age_dead_letters', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Callbacks-Dead', 'Maximum'],
    ]);
  });

  it('reach three hours back, to the last whole minute', () => {
    expect(metricWindow(NOW_MS)).toEqual({
      StartTime: new Date('2025-11-24T13:00:00.000Z'),
      EndTime: new Date('2025-11-24T16:00:00.000Z'),
    });
  });

  it('have a point for each minute: a count that was not told is 0, a latency is unknown', () => {
    const results = [
      { Id: 'delivered', Timestamps: [new Date(LAST_MS)], Values: [120] },
      { Id: 'p95', Timestamps: [new Date(LAST_MS)], Values: [431.5] },
    ];

    const { series, step_seconds } = chartsOf(results, NOW_MS);

    const tail = Object.fromEntries(series.map(({ name, points }) => [name, points.slice(-2)]));
    expect(step_seconds).toBe(60);
    expect(series[0]?.points).toHaveLength(180);
    expect(tail).toEqual({
      accepted: [
        [LAST_MS - MINUTE_MS, 0],
        [LAST_MS, 0],
      ],
      delivered: [
        [LAST_MS - MINUTE_MS, 0],
        [LAST_MS, 120],
      ],
      'failed attempts': [
        [LAST_MS - MINUTE_MS, 0],
        [LAST_MS, 0],
      ],
      'callback latency p50': [
        [LAST_MS - MINUTE_MS, null],
        [LAST_MS, null],
      ],
      'callback latency p95': [
        [LAST_MS - MINUTE_MS, null],
        [LAST_MS, 431.5],
      ],
      'dead letters': [
        [LAST_MS - MINUTE_MS, null],
        [LAST_MS, null],
      ],
    });
  });

  it('count as failed what was attempted and not delivered, minute by minute', () => {
    // CloudWatch tells the latest first.
    const told = (Id: string, ...Values: number[]) => ({
      Id,
      Timestamps: [new Date(LAST_MS), new Date(LAST_MS - MINUTE_MS), new Date(LAST_MS - 3 * MINUTE_MS)],
      Values,
    });

    const { series } = chartsOf([told('attempts', 130, 40, 7), told('delivered', 120, 0, 7)], NOW_MS);

    expect(series.find(({ name }) => name === 'failed attempts')?.points.slice(-4)).toEqual([
      [LAST_MS - 3 * MINUTE_MS, 0],
      [LAST_MS - 2 * MINUTE_MS, 0],
      [LAST_MS - MINUTE_MS, 40],
      [LAST_MS, 10],
    ]);
  });

  it('know how old the oldest message is, as long as that was told of late', () => {
    const told = (atMs: number) => [
      { Id: 'age_tasks', Timestamps: [new Date(atMs - MINUTE_MS), new Date(atMs)], Values: [5, 65] },
    ];

    expect(oldestAgeOf(told(LAST_MS), 'tasks', NOW_MS)).toBe(65);
    expect(oldestAgeOf(told(LAST_MS), 'callbacks', NOW_MS)).toBeNull();
    expect(oldestAgeOf(told(LAST_MS - 15 * MINUTE_MS), 'tasks', NOW_MS)).toBeNull();
  });
});
