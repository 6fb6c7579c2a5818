import { writeFileSync } from 'node:fs';
import { type Machine, machine } from './machine.ts';

/** A target and what was measured of it. */
export interface Row {
  /** In the words of the table of targets. */
  readonly target: string;
  /** Null where it was not measured. */
  readonly figure: number | null;
  readonly unit: string;
  readonly comparison: 'at most' | 'at least';
  readonly limit: number;
  /** Between which values half of the runs were. */
  readonly spread?: string;
  /** Why it was not measured. */
  readonly left_out?: string;
}

/** What one program of `bench/` found. */
export interface BenchResult {
  readonly bench: string;
  /** ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly rows: readonly (Row & { readonly reached: boolean | null })[];
  /** What the figures rest on, in whole sentences. */
  readonly notes: readonly string[];
}

/** Null where it was not measured. */
export function isReached({ figure, comparison, limit }: Row): boolean | null {
  if (figure === null) return null;
  return comparison === 'at most' ? figure <= limit : figure >= limit;
}

/** Whether it was reached, or why that cannot be told. */
export function verdictText(row: Row): string {
  const reached = isReached(row);
  if (reached === null) return row.left_out ?? 'left out';
  return reached ? 'reached' : 'MISSED';
}

/** @param own what else this program found, for its plots */
export function benchResult<Own extends object>(
  bench: string,
  rows: readonly Row[],
  notes: readonly string[],
  own: Own,
): BenchResult & Own {
  const judged = rows.map((row) => ({ ...row, reached: isReached(row) }));
  return { bench, at: new Date().toISOString(), machine: machine(), rows: judged, notes, ...own };
}

/** Rows for people, one line each. */
export function rowsText(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.target,
    row.figure === null ? '-' : `${row.figure} ${row.unit}`.trim(),
    `${row.comparison} ${row.limit}`,
    verdictText(row),
    row.spread ?? '',
  ]);
  const all = [['target', 'measured', 'limit', '', 'half of the runs'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0))) ?? [];
  return all
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The options that each program takes: `--quick` and `--json FILE`. */
export function benchOptions(argv: readonly string[]): {
  readonly isQuick: boolean;
  readonly jsonFile?: string;
} {
  const at = argv.indexOf('--json');
  const jsonFile = at === -1 ? undefined : argv[at + 1];
  return { isQuick: argv.includes('--quick'), ...(jsonFile !== undefined && { jsonFile }) };
}

/** Prints for people, and writes for programs where a file was named. */
export function tell(result: BenchResult, jsonFile: string | undefined): void {
  const { cpu, cores, node, platform } = result.machine;
  console.log(
    `\n${result.bench} · ${cpu}, ${cores} cores, ${platform}, Node ${node}\n\n${rowsText(result.rows)}\n`,
  );
  for (const note of result.notes) console.log(note);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(result, undefined, 2)}\n`);
}
