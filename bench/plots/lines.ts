import { LEFT, line, type Piece, RIGHT, tenth, text, WIDTH } from './svg.ts';
import { ticks } from './ticks.ts';

const HEIGHT = 200;
const AXIS_WIDTH = 60;

export interface LineChart {
  readonly title: string;
  readonly unit: string;
  /** What x counts. */
  readonly counted: string;
  /** x and y, in the order of x. */
  readonly points: readonly (readonly [number, number])[];
  /** Of x, which is then told where there are points; without, it begins at nothing. */
  readonly isLogarithmic?: boolean;
  readonly limit?: { readonly value: number; readonly told: string };
}

/** A curve over something that grows; y begins at nothing. */
export function lines({ title, unit, counted, points, isLogarithmic = false, limit }: LineChart): Piece {
  const xs = points.map(([x]) => x);
  const scaled = isLogarithmic ? Math.log10 : (value: number) => value;
  const [startX, endX] = [isLogarithmic ? scaled(Math.min(...xs)) : 0, scaled(Math.max(...xs))];
  const endY = 1.12 * Math.max(...points.map(([, y]) => y), limit?.value ?? 0);
  const left = LEFT + AXIS_WIDTH;
  const right = WIDTH - RIGHT - 10;
  const top = 44;
  const x = (value: number) => left + ((scaled(value) - startX) / (endX - startX || 1)) * (right - left);
  const y = (value: number) => top + HEIGHT * (1 - value / endY);

  const drawn = [text(LEFT, 22, title, 'title')];
  for (const value of ticks(endY)) {
    drawn.push(line('grid', [left, y(value)], [right, y(value)]));
    drawn.push(text(left - 8, y(value) + 4, `${value} ${unit}`, 'end small faint-text'));
  }
  for (const value of isLogarithmic ? xs : ticks(Math.max(...xs))) {
    drawn.push(text(x(value), top + HEIGHT + 18, value.toLocaleString('en-US'), 'middle small faint-text'));
  }
  drawn.push(text(right, top + HEIGHT + 36, counted, 'end small faint-text'));
  if (limit !== undefined) {
    drawn.push(line('target', [left, y(limit.value)], [right, y(limit.value)]));
    drawn.push(text(left + 8, y(limit.value) - 6, limit.told, 'target-text small over'));
  }
  const at = points.map(([px, py]) => [tenth(x(px)), tenth(y(py))] as const);
  drawn.push(`<polyline class="curve line-0" points="${at.map((point) => point.join(',')).join(' ')}"/>`);
  drawn.push(...at.map(([cx, cy]) => `<circle class="fill-0" cx="${cx}" cy="${cy}" r="3"/>`));
  return { height: top + HEIGHT + 52, lines: drawn };
}
