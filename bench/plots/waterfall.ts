import { box, LEFT, line, type Piece, RIGHT, text, WIDTH, widthOf } from './svg.ts';
import { ticks } from './ticks.ts';

const ROW_STEP = 22;
const BAR_HEIGHT = 14;

export interface Waterfall {
  readonly title: string;
  readonly steps: readonly { readonly name: string; readonly fromMs: number; readonly toMs: number }[];
  /** Moments worth a line from top to bottom. */
  readonly marks: readonly { readonly atMs: number; readonly told: string }[];
  /** Where the axis ends. */
  readonly endMs: number;
}

/** Steps one below the other, each from when it begins to when it ends. Names before the colon share a colour. */
export function waterfall({ title, steps, marks, endMs }: Waterfall): Piece {
  const left = LEFT + 12 + Math.max(...steps.map(({ name }) => widthOf(name)));
  const x = (ms: number) => left + (ms / endMs) * (WIDTH - RIGHT - 60 - left);
  const top = 62;
  const bottom = top + steps.length * ROW_STEP + 4;
  const stages = [...new Set(steps.map(({ name }) => stageOf(name)))];

  const lines = [text(LEFT, 22, title, 'title')];
  for (const ms of ticks(endMs)) {
    lines.push(line('grid', [x(ms), top - 6], [x(ms), bottom]));
    lines.push(text(x(ms), bottom + 17, `${ms} ms`, 'middle small faint-text'));
  }
  for (const { atMs, told } of marks) {
    lines.push(line('target', [x(atMs), top - 8], [x(atMs), bottom]));
    lines.push(
      text(x(atMs), top - 14, told, x(atMs) > WIDTH * 0.7 ? 'target-text small end' : 'target-text small'),
    );
  }
  steps.forEach(({ name, fromMs, toMs }, row) => {
    const at = top + row * ROW_STEP;
    lines.push(text(left - 10, at + 11.5, name, 'end'));
    lines.push(
      box(
        `fill-${stages.indexOf(stageOf(name))}`,
        x(fromMs),
        at,
        Math.max(1, x(toMs) - x(fromMs)),
        BAR_HEIGHT,
      ),
    );
    lines.push(text(x(toMs) + 6, at + 11.5, (toMs - fromMs).toFixed(1), 'small over'));
  });
  return { height: bottom + 36, lines };
}

function stageOf(name: string): string {
  return name.split(':')[0] ?? name;
}
