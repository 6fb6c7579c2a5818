import { useState } from 'preact/hooks';
import type { ChartSeries } from '../../api-types.ts';
import { latest, linePath, nearest, scaleOf, xOf } from '../model/chart-shape.ts';
import { count, roughly, took } from '../model/words.ts';

/** The lines are stretched to whatever room there is; what is written beside them is not. */
const PLOT = { width: 200, height: 56 };

interface Props {
  readonly title: string;
  /** One or two, in the same unit. */
  readonly series: readonly ChartSeries[];
  readonly windowSeconds: number;
}

/** Lines over time, with the latest values, or those under the pointer, beside the title. */
export function Chart({ title, series, windowSeconds }: Props) {
  const [pointed, setPointed] = useState<number | undefined>();
  const scale = scaleOf(series);
  const known = series.filter((one) => latest(one) !== undefined);
  const shown = series.map((one) =>
    valueText(pointed === undefined ? latest(one) : one.points[pointed]?.[1], one.unit),
  );
  const pointedMs = pointed === undefined ? undefined : series[0]?.points[pointed]?.[0];
  const summary = `${title}, last ${roughly(windowSeconds * 1_000)}: ${
    known.length === 0 ? 'nothing yet' : known.map((one) => summaryOf(one)).join('; ')
  }`;
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="chart-values" aria-hidden="true">
          {shown.join(' / ')}
        </span>
      </figcaption>
      <div class="axis" aria-hidden="true">
        <span>
          {scale === undefined || known.length === 0 ? 'nothing yet' : valueText(scale.top, series[0]?.unit)}
        </span>
        {series.length > 1 && <span>{series.map(({ name }) => name.split(' ').at(-1)).join(' / ')}</span>}
      </div>
      <svg
        viewBox={`0 0 ${PLOT.width} ${PLOT.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
        onPointerMove={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          if (series[0] !== undefined) setPointed(nearest(series[0], (event.clientX - left) / width));
        }}
        onPointerLeave={() => setPointed(undefined)}
      >
        <path class="grid" d={`M0 ${PLOT.height}H${PLOT.width}M0 0H${PLOT.width}`} />
        {scale !== undefined &&
          series.map((one, index) => (
            <path key={one.name} class={`line series-${index}`} d={linePath(one, scale, PLOT)} />
          ))}
        {scale !== undefined && pointedMs !== undefined && (
          <path class="pointed" d={`M${xOf(pointedMs, scale, PLOT)} 0V${PLOT.height}`} />
        )}
      </svg>
      <div class="axis" aria-hidden="true">
        <span>
          {pointedMs === undefined ? `−${roughly(windowSeconds * 1_000)}` : `${clock(pointedMs)} UTC`}
        </span>
        <span>now</span>
      </div>
    </figure>
  );
}

function summaryOf(series: ChartSeries): string {
  const highest = series.points.reduce((most, [, value]) => Math.max(most, value ?? 0), 0);
  return `${series.name} ${valueText(latest(series), series.unit)}, highest ${valueText(highest, series.unit)}`;
}

function valueText(value: number | null | undefined, unit: ChartSeries['unit'] | undefined): string {
  if (value === null || value === undefined) return '–';
  switch (unit) {
    case 'ms':
      return took(value);
    case 'per minute':
      return `${count(value)}/min`;
    default:
      return count(value);
  }
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
