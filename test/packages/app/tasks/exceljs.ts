import { defineTask, type Run } from 'callback-completion/task';
import ExcelJS from 'exceljs';
import * as z from 'zod/mini';

export const definition = defineTask({ input: z.strictObject({ title: z.string() }) });

/** Writes a workbook and reads it back. */
export const run: Run<typeof definition> = async ({ title }) => {
  const written = new ExcelJS.Workbook();
  written.addWorksheet(title).addRows([
    ['item', 'price'],
    ['tea', 3.5],
  ]);
  const file = await written.xlsx.writeBuffer();
  const read = new ExcelJS.Workbook();
  await read.xlsx.load(file);
  const [sheet] = read.worksheets;
  return {
    signature: Buffer.from(file).subarray(0, 2).toString(),
    sheet: sheet?.name,
    cell: sheet?.getCell('B2').value,
  };
};
