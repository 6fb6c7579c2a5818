import { box, LEFT, legend, line, type Piece, RIGHT, text, WIDTH, widthOf } from './svg.ts';

const BAR_HEIGHT = 18;
const BAR_STEP = 32;
/** The same, where limits are told above the bars. */
const BAR_STEP_WITH_LIMITS = 48;

export interface Bar {
  readonly name: string;
  /** Drawn one after the other, each in the colour of its name. */
  readonly parts: readonly { readonly name: string; readonly value: number }[];
  /** What stands behind the bar. */
  readonly told: string;
  /** What it is to stay below. */
  readonly limit?: { readonly value: number; readonly told: string };
}

export interface BarChart {
  readonly title: string;
  /** A sentence below the title. */
  readonly about?: string;
  readonly bars: readonly Bar[];
}

/** Bars that lie, all to one scale that begins at nothing. */
export function bars({ title, about, bars: all }: BarChart): Piece {
  const partNames = [...new Set(all.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const left = LEFT + 12 + Math.max(...all.map(({ name }) => widthOf(name)));
  const toldWidth = 14 + Math.max(...all.map(({ told }) => widthOf(told)));
  const highest = Math.max(...all.map((bar) => Math.max(sumOf(bar), bar.limit?.value ?? 0)));
  const x = (value: number) =>
    left + (highest === 0 ? 0 : value / highest) * (WIDTH - RIGHT - toldWidth - left);

  const aboutHeight = about === undefined ? 0 : 20;
  const key = legend(partNames, 46 + aboutHeight);
  // A single name says nothing that the title does not.
  const hasKey = partNames.length > 1;
  const top = 50 + aboutHeight + (hasKey ? key.height + 8 : 0);
  const step = all.some(({ limit }) => limit !== undefined) ? BAR_STEP_WITH_LIMITS : BAR_STEP;
  const lines = [text(LEFT, 22, title, 'title')];
  if (about !== undefined) lines.push(text(LEFT, 43, about, 'small faint-text'));
  if (hasKey) lines.push(...key.lines);
  all.forEach((bar, row) => {
    const at = top + row * step;
    lines.push(text(left - 8, at + 13.5, bar.name, 'end'));
    let from = 0;
    for (const { name, value } of bar.parts) {
      lines.push(box(`fill-${partNames.indexOf(name)}`, x(from), at, x(from + value) - x(from), BAR_HEIGHT));
      from += value;
    }
    lines.push(text(x(Math.max(from, bar.limit?.value ?? 0)) + 8, at + 13.5, bar.told));
    if (bar.limit !== undefined) lines.push(...markOf(bar.limit.told, x(bar.limit.value), at));
  });
  return { height: top + all.length * step + 14, lines };
}

/** A line across a bar, told above it. */
function markOf(told: string, x: number, top: number): string[] {
  const ends = [
    [x, top - 5],
    [x, top + BAR_HEIGHT + 5],
  ] as const;
  const classes = x > WIDTH / 2 ? 'target-text small end' : 'target-text small';
  return [line('over', ...ends), line('mark', ...ends), text(x, top - 8, told, classes)];
}

function sumOf({ parts }: Bar): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
