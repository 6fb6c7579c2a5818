import { isReached, type Row } from '../result.ts';
import { box, LEFT, line, type Piece, RIGHT, text, WIDTH, widthOf } from './svg.ts';

const STEP = 38;
/** Bars beyond so many times their limit end there. */
const MOST = 2.5;

/** How much of its limit each measured target takes. */
export function overview(rows: readonly Row[], told: (row: Row) => string): Piece {
  const measured = rows.filter(({ figure }) => figure !== null);
  const toldWidth = 16 + Math.max(0, ...measured.map((row) => widthOf(told(row))));
  const end = Math.max(1.1, ...measured.map((row) => Math.min(MOST, usedOf(row))));
  const x = (used: number) => LEFT + (Math.min(used, end) / end) * (WIDTH - LEFT - RIGHT - toldWidth);
  const top = 86;
  const lines = [
    text(LEFT, 22, 'How much of its limit each target takes', 'title'),
    text(
      LEFT,
      43,
      `A bar beyond the mark has missed it. None is drawn longer than ${MOST} times its limit.`,
      'small faint-text',
    ),
    line('target', [x(1), top - 12], [x(1), top + measured.length * STEP]),
    text(x(1), top - 18, 'the limit', 'target-text small middle'),
  ];
  measured.forEach((row, index) => {
    const at = top + index * STEP;
    lines.push(text(LEFT, at + 9, row.target.replaceAll('`', ''), 'small over'));
    lines.push(box(isReached(row) === true ? 'fill-0' : 'fill-7', LEFT, at + 15, x(usedOf(row)) - LEFT, 9));
    lines.push(
      text(
        x(Math.max(usedOf(row), 1)) + 8,
        at + 23,
        told(row),
        isReached(row) === true ? 'small' : 'small missed-text',
      ),
    );
  });
  return { height: top + measured.length * STEP + 8, lines };
}

/** 1 where the limit is met exactly. */
function usedOf({ figure, limit, comparison }: Row): number {
  if (figure === null) return 0;
  return comparison === 'at most' ? figure / limit : limit / figure;
}
