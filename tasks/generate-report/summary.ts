export type Cell = string | number | boolean | null | undefined;
export type Table = readonly Readonly<Record<string, Cell>>[];

export interface ColumnSummary {
  readonly name: string;
  /** Cells that hold something. */
  readonly count: number;
  readonly missing: number;
  readonly distinct: number;
  /** Only where every cell that holds something is a finite number, or text that writes one. */
  readonly numbers?: NumberSummary;
}

export interface NumberSummary {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly mean: number;
  readonly median: number;
  /** Of the sample (n − 1); 0 for a single value. */
  readonly standardDeviation: number;
}

/** One summary for each column, in the order in which columns first appear. */
export function summarizeColumns(rows: Table): ColumnSummary[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names].map((name) => {
    const cells = rows.map((row) => (Object.hasOwn(row, name) ? row[name] : undefined));
    const present = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '');
    const numbers = present.map(toNumber);
    const numeric = present.length > 0 && numbers.every((number) => Number.isFinite(number));
    return {
      name,
      count: present.length,
      missing: rows.length - present.length,
      distinct: new Set(present).size,
      ...(numeric && { numbers: summarizeNumbers(numbers) }),
    };
  });
}

function toNumber(cell: Cell): number {
  if (typeof cell === 'number') return cell;
  return typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : Number.NaN;
}

function summarizeNumbers(numbers: readonly number[]): NumberSummary {
  const sorted = numbers.toSorted((a, b) => a - b);
  const sum = numbers.reduce((total, number) => total + number, 0);
  const mean = sum / numbers.length;
  const squares = numbers.reduce((total, number) => total + (number - mean) ** 2, 0);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
  return {
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    sum,
    mean,
    median,
    standardDeviation: numbers.length > 1 ? Math.sqrt(squares / (numbers.length - 1)) : 0,
  };
}
