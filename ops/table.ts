import { printable } from './terminal.ts';

export interface Column {
  readonly heading: string;
  readonly align?: 'right';
  /** Whether its longest cells may be cut where the table would be wider than a screen. */
  readonly shrinks?: boolean;
}

const WIDTH = 100;
const GAP = '  ';
const NARROWEST = 12;

/** Rows under headings, aligned, at most 100 characters wide as far as the columns that shrink allow it. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1));
  while (total() > WIDTH) {
    const shrinkable = widths.map((width, index) => (columns[index]?.shrinks === true ? width : 0));
    const widest = Math.max(...shrinkable);
    if (widest <= NARROWEST) break;
    widths[shrinkable.indexOf(widest)] = widest - 1;
  }
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const width = widths[index] ?? 0;
        const cell = cut(row[index] ?? '', width);
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ heading }) => heading)), ...cells.map(line)].join('\n');
}

function cut(cell: string, width: number): string {
  return cell.length <= width ? cell : `${cell.slice(0, width - 1)}…`;
}
