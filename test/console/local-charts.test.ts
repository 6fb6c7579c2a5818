import { describe, expect, it } from 'vitest';
import { type Heard, localCharts, quantile } from '../../console/local-charts.ts';
import type { LoggedStep } from '../../console/log-memory.ts';

/** 2025-11-24T16:00:10.000Z: in the step that began at 16:00:00. */
const NOW_MS = 1_764_000_010_000;
const STEP_MS = 1_764_000_000_000;

const heard = (differences: Partial<Heard>): Heard => ({ steps: [], depths: [], sinceMs: 0, ...differences });
const step = (atMs: number, name: string, taskId = 'a'): LoggedStep => ({ atMs, step: name, taskId });

/** The last points of a chart. */
const lastOf = (name: string, { series }: ReturnType<typeof localCharts>, count: number) =>
  series.find((one) => one.name === name)?.points.slice(-count);

describe('charts of the local stack', () => {
  it('reach half an hour back, in steps of 30 s, of which the last is under way', () => {
    const charts = localCharts(heard({}), NOW_MS);

    expect([charts.window_seconds, charts.step_seconds]).toEqual([1_800, 30]);
    for (const { points } of charts.series) {
      expect(points).toHaveLength(60);
      expect(points[0]?.[0]).toBe(1_763_998_230_000);
      expect(points.at(-1)?.[0]).toBe(STEP_MS);
    }
  });

  it('count by the minute what was accepted, delivered and attempted in vain', () => {
    const steps = [
      step(STEP_MS - 30_000, 'accepted'),
      step(STEP_MS - 1, 'accepted'),
      step(STEP_MS, 'accepted'),
      { ...step(STEP_MS + 1, 'attempt-failed'), succeeded: false },
      { ...step(STEP_MS + 2, 'delivered'), succeeded: true },
      // Its last attempt, which failed; and one that died without an attempt.
      { ...step(STEP_MS + 3, 'dead'), succeeded: false },
      step(STEP_MS + 4, 'dead'),
    ];

    const charts = localCharts(heard({ steps }), NOW_MS);

    expect(lastOf('accepted', charts, 3)).toEqual([
      [STEP_MS - 60_000, 0],
      [STEP_MS - 30_000, 4],
      [STEP_MS, 2],
    ]);
    expect(lastOf('delivered', charts, 1)).toEqual([[STEP_MS, 2]]);
    expect(lastOf('failed attempts', charts, 1)).toEqual([[STEP_MS, 4]]);
  });

  it('tell how long callbacks took from the outcome on, when they arrived', () => {
    const steps = [
      step(STEP_MS - 4_000, 'completed', 'slow'),
      step(STEP_MS + 900, 'failed', 'quick'),
      step(STEP_MS + 1_000, 'delivered', 'quick'),
      step(STEP_MS + 2_000, 'delivered', 'slow'),
      step(STEP_MS + 3_000, 'delivered', 'of an earlier run'),
    ];

    const charts = localCharts(heard({ steps }), NOW_MS);

    expect(lastOf('callback latency p50', charts, 2)).toEqual([
      [STEP_MS - 30_000, null],
      [STEP_MS, 100],
    ]);
    expect(lastOf('callback latency p95', charts, 1)).toEqual([[STEP_MS, 6_000]]);
  });

  it('tell of dead letters what was counted last in each step, and nothing where nobody counted', () => {
    const depths = [
      { atMs: STEP_MS - 25_000, count: 3 },
      { atMs: STEP_MS - 20_000, count: 5 },
    ];

    expect(lastOf('dead letters', localCharts(heard({ depths }), NOW_MS), 2)).toEqual([
      [STEP_MS - 30_000, 5],
      [STEP_MS, null],
    ]);
  });

  it('tell nothing of the time before the stack was started', () => {
    const charts = localCharts(heard({ sinceMs: STEP_MS - 10_000 }), NOW_MS);

    expect(lastOf('accepted', charts, 3)).toEqual([
      [STEP_MS - 60_000, null],
      [STEP_MS - 30_000, 0],
      [STEP_MS, 0],
    ]);
  });
});

describe('a quantile', () => {
  it.each([
    [[], 0.5, null],
    [[7], 0.95, 7],
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
  ])('of %j at %d is %j', (values, share, expected) => {
    expect(quantile(values, share)).toBe(expected);
  });
});
