import { defineTask, type Run } from 'callback-completion/task';
import { parse } from 'csv-parse/sync';
import * as z from 'zod/mini';
import { summarizeColumns, type Table } from './summary.ts';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Summary statistics of a table, given as rows or as CSV text with a header line. */
export const definition = defineTask({
  input: z.optional(
    z.union([
      z.strictObject({ rows: z.array(z.record(z.string().check(z.maxLength(200)), cell)) }),
      z.strictObject({ csv: z.string() }),
    ]),
  ),
});

export const run: Run<typeof definition> = (input, { resultUrl, logger }) => {
  const rows: Table = input === undefined ? [] : 'rows' in input ? input.rows : readCsv(input.csv);
  logger.info('summarizing', { rows: rows.length });
  return {
    taskName: 'generate-report',
    artifactUrl: resultUrl,
    rowCount: rows.length,
    columns: summarizeColumns(rows),
  };
};

/** @throws Error with the line if the text is not CSV; the message becomes the task's outcome */
function readCsv(csv: string): Table {
  return parse(csv, { columns: true, bom: true, skip_empty_lines: true, trim: true });
}
