import { type BenchResult, isReached, type Row, rowsText } from './result.ts';

export interface Count {
  readonly reached: number;
  readonly missed: number;
  /** Left out by their program, or not measured. */
  readonly leftOut: number;
}

export function countOf(rows: readonly Row[]): Count {
  const verdicts = rows.map(isReached);
  return {
    reached: verdicts.filter((verdict) => verdict === true).length,
    missed: verdicts.filter((verdict) => verdict === false).length,
    leftOut: verdicts.filter((verdict) => verdict === null).length,
  };
}

/** The table of targets, for a terminal. */
export function targetsText(results: readonly BenchResult[]): string {
  const rows = rowsIn(results);
  return `${rowsText(rows)}\n\n${countText(countOf(rows))}`;
}

export function rowsIn(results: readonly BenchResult[]): Row[] {
  return results.flatMap((result) => result.rows);
}

export function countText({ reached, missed, leftOut }: Count): string {
  return `${reached} of ${reached + missed} measured targets reached, ${missed} missed, ${leftOut} left out`;
}
