import * as z from 'zod/mini';
import { defineTask } from '../define-task.ts';

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** Summary statistics of a table, given as rows or as CSV text with a header line. */
export const generateReport = defineTask({
  name: 'generate-report',
  input: z.optional(
    z.union([
      z.strictObject({ rows: z.array(z.record(z.string().check(z.maxLength(200)), cell)) }),
      z.strictObject({ csv: z.string() }),
    ]),
  ),
});
