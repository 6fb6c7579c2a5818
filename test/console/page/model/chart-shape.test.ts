import { describe, expect, it } from 'vitest';
import type { ChartSeries } from '../../../../console/api-types.ts';
import {
  knownPart,
  latest,
  linePath,
  nearest,
  overWholeMinutes,
  scaleOf,
} from '../../../../console/page/model/chart-shape.ts';

const PLOT = { width: 100, height: 50 };

const series = (...values: (number | null)[]): ChartSeries => ({
  name: 'accepted',
  unit: 'per minute',
  points: values.map((value, index) => [index * 1_000, value]),
});

describe('a chart', () => {
  it('runs from left to right, and from zero to a round number', () => {
    const one = series(0, 7, 10);
    const scale = scaleOf([one]);

    expect(scale).toEqual({ fromMs: 0, toMs: 2_000, top: 10 });
    expect(scale && linePath(one, scale, PLOT)).toBe('M0 50h0L50 15L100 0');
  });

  it('has one scale for all of its lines', () => {
    expect(scaleOf([series(1, 3), series(480, null)])?.top).toBe(500);
    expect(scaleOf([series(0, 0)])?.top).toBe(1);
    expect(scaleOf([series(11)])?.top).toBe(20);
  });

  it('lifts the line where nothing is known, and shows what stands alone as a dot', () => {
    const one = series(1, null, 1, null, null);
    const scale = { fromMs: 0, toMs: 4_000, top: 2 };

    expect(linePath(one, scale, PLOT)).toBe('M0 25h0M50 25h0');
  });

  it('begins where anything is known, five minutes ago at the latest', () => {
    const minutes = (...values: (number | null)[]): ChartSeries => ({
      ...series(),
      points: values.map((value, index) => [index * 60_000, value]),
    });
    const beginnings = (...all: ChartSeries[]) => {
      const charts = { window_seconds: 600, step_seconds: 60, series: all };
      const { window_seconds, series: shown } = knownPart(charts);
      return [window_seconds, ...shown.map(({ points }) => points[0]?.[0])];
    };
    const nothing = Array<number | null>(11).fill(null);

    expect(beginnings(minutes(...nothing))).toEqual([300, 300_000]);
    expect(beginnings(minutes(...nothing.with(10, 3)))).toEqual([300, 300_000]);
    expect(beginnings(minutes(...nothing.with(10, 3)), minutes(...nothing.with(2, 1)))).toEqual([
      480, 120_000, 120_000,
    ]);
  });

  it('tells of one task within a short step 1/min, for a minute, and leaves what is no rate', () => {
    const charts = { window_seconds: 1_800, step_seconds: 30 };
    const latencies = { ...series(40, 0), unit: 'ms' } as const;
    const shown = (...all: ChartSeries[]) =>
      overWholeMinutes({ ...charts, series: all }).series.map(({ points }) =>
        points.map(([, value]) => value),
      );

    expect(shown(series(0, 2, 0, 0))).toEqual([[0, 1, 1, 0]]);
    expect(shown(series(null, 2, 4, null)), 'nothing was heard at first').toEqual([[null, 1, 3, null]]);
    expect(shown(latencies)).toEqual([[40, 0]]);
    expect(overWholeMinutes({ ...charts, step_seconds: 60, series: [series(2, 4)] }).series).toEqual([
      series(2, 4),
    ]);
  });

  it('of nothing has no scale', () => {
    expect(scaleOf([])).toBeUndefined();
    expect(scaleOf([series()])).toBeUndefined();
  });

  it('tells its latest known value', () => {
    expect(latest(series(4, 0, null))).toBe(0);
    expect(latest(series(null))).toBeUndefined();
  });

  it('finds the point under a pointer', () => {
    expect([-0.2, 0.3, 0.8, 1.4].map((share) => nearest(series(1, 2, 3), share))).toEqual([0, 1, 2, 2]);
  });
});
