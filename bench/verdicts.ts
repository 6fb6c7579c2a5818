import { type BenchResult, rowsText } from './result.ts';

export interface Count {
  readonly reached: number;
  readonly missed: number;
  /** Left out by their program, or not measured. */
  readonly leftOut: number;
}

export function countOf(results: readonly BenchResult[]): Count {
  const rows = results.flatMap((result) => result.rows);
  return {
    reached: rows.filter(({ reached }) => reached === true).length,
    missed: rows.filter(({ reached }) => reached === false).length,
    leftOut: rows.filter(({ reached }) => reached === null).length,
  };
}

/** The table of targets, for a terminal. */
export function verdictText(results: readonly BenchResult[]): string {
  const rows = results.flatMap((result) => result.rows);
  return `${rowsText(rows)}\n\n${countText(countOf(results))}`;
}

export function countText({ reached, missed, leftOut }: Count): string {
  return `${reached} of ${reached + missed} measured targets reached, ${missed} missed, ${leftOut} left out`;
}
