import { parse } from 'csv-parse/sync';
import { implementTask } from '../implement-task.ts';
import { generateReport } from './definition.ts';
import { summarizeColumns, type Table } from './summary.ts';

export const generateReportWork = implementTask(generateReport, (input, { resultUrl, logger }) => {
  const rows: Table = input === undefined ? [] : 'rows' in input ? input.rows : readCsv(input.csv);
  logger.info('summarizing', { rows: rows.length });
  return {
    taskName: generateReport.name,
    artifactUrl: resultUrl,
    rowCount: rows.length,
    columns: summarizeColumns(rows),
  };
});

/** @throws Error with the line where the text is not CSV; that becomes the task's outcome */
function readCsv(csv: string): Table {
  return parse(csv, { columns: true, bom: true, skip_empty_lines: true, trim: true });
}
