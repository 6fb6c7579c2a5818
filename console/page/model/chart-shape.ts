/** Where a chart's lines run. Pure. */
import type { ChartSeries, Charts } from '../../api-types.ts';

/** In the units of the picture. */
export interface Plot {
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
  /** The top of the plot: a round number, at least as high as what is shown. */
  readonly top: number;
}

/** A line needs some room, also where the stack has only just been started. */
const LEAST_WINDOW_SECONDS = 300;

/** The charts from where anything is known, all over the same time. */
export function knownPart(charts: Charts): Charts {
  const all = charts.series.flatMap(({ points }) => points);
  const knownMs = all.flatMap(([ms, value]) => (value === null ? [] : [ms]));
  const lastMs = all.reduce((latest, [ms]) => Math.max(latest, ms), 0);
  const firstMs = knownMs.reduce((a, b) => Math.min(a, b), lastMs);
  const windowSeconds = Math.min(
    charts.window_seconds,
    Math.max(LEAST_WINDOW_SECONDS, (lastMs - firstMs) / 1_000),
  );
  const fromMs = lastMs - windowSeconds * 1_000;
  return {
    ...charts,
    window_seconds: windowSeconds,
    series: charts.series.map((one) => ({ ...one, points: one.points.filter(([ms]) => ms >= fromMs) })),
  };
}

/**
 * Rates over the whole minute up to the end of each step, where steps are shorter: of a single task within 30 s a rate of
 * 2/min would be true, and odd.
 */
export function overWholeMinutes(charts: Charts): Charts {
  const steps = Math.max(1, Math.round(60 / charts.step_seconds));
  const mean = (points: ChartSeries['points'], end: number) =>
    points.slice(Math.max(0, end - steps), end).reduce((sum, [, value]) => sum + (value ?? 0), 0) / steps;
  return {
    ...charts,
    series: charts.series.map((one) =>
      one.unit !== 'per minute'
        ? one
        : {
            ...one,
            points: one.points.map(
              ([ms, value], index) => [ms, value === null ? null : mean(one.points, index + 1)] as const,
            ),
          },
    ),
  };
}

/** One scale for all lines of a chart; undefined where there is nothing to show. */
export function scaleOf(series: readonly ChartSeries[]): Scale | undefined {
  const points = series.flatMap((one) => one.points);
  const times = points.map(([ms]) => ms);
  if (times.length === 0) return undefined;
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  return {
    fromMs: times.reduce((a, b) => Math.min(a, b)),
    toMs: times.reduce((a, b) => Math.max(a, b)),
    top: roundUp(values.reduce((a, b) => Math.max(a, b), 0)),
  };
}

/** An SVG path; where a value is missing the line is lifted. */
export function linePath({ points }: ChartSeries, scale: Scale, plot: Plot): string {
  let isDrawing = false;
  return points
    .flatMap(([ms, value]) => {
      if (value === null) {
        isDrawing = false;
        return [];
      }
      const command = `${isDrawing ? 'L' : 'M'}${xOf(ms, scale, plot)} ${yOf(value, scale, plot)}`;
      // A single point between gaps would not be seen: a line of no length with round ends is a dot.
      const dot = isDrawing ? '' : 'h0';
      isDrawing = true;
      return [`${command}${dot}`];
    })
    .join('');
}

export function xOf(ms: number, { fromMs, toMs }: Scale, { width }: Plot): number {
  return toMs === fromMs ? width : tenth(((ms - fromMs) / (toMs - fromMs)) * width);
}

function yOf(value: number, { top }: Scale, { height }: Plot): number {
  return tenth(height - (Math.min(value, top) / top) * height);
}

/** The point whose time is nearest to a place from 0 (left) to 1 (right). */
export function nearest({ points }: ChartSeries, share: number): number {
  return Math.max(0, Math.min(points.length - 1, Math.round(share * (points.length - 1))));
}

/** The latest value that is known. */
export function latest({ points }: ChartSeries): number | undefined {
  return points.findLast(([, value]) => value !== null)?.[1] ?? undefined;
}

/** 1, 2 or 5 times a power of ten; at least 1. */
function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((step) => step * power >= value) ?? 10;
  return factor * power;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
