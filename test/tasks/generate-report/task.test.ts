import { runTask } from 'callback-completion/testing';
import { describe, expect, it } from 'vitest';
import * as generateReport from '../../../tasks/generate-report/task.ts';

describe('generate-report', () => {
  it('accepts no input, and then has nothing to summarize', async () => {
    expect(await runTask(generateReport)).toEqual({
      taskName: 'generate-report',
      artifactUrl: 'https://api.example/api/tasks/00000000-0000-4000-8000-000000000000/result',
      rowCount: 0,
      columns: [],
    });
  });

  it('reads CSV as spreadsheets write it', async () => {
    const csv = '\uFEFFcity, "a, b"\r\n"Bonn\nRhein", 1\r\n\r\nKöln,\r\n';

    expect(await runTask(generateReport, { csv })).toMatchObject({
      rowCount: 2,
      columns: [
        { name: 'city', count: 2, distinct: 2 },
        { name: 'a, b', count: 1, missing: 1, numbers: { sum: 1 } },
      ],
    });
  });

  it('fails with the line that is not CSV', async () => {
    await expect(runTask(generateReport, { csv: 'a,b\n1,2\n3\n' })).rejects.toThrow(
      'columns length is 2, got 1 on line 3',
    );
  });

  it('logs how many rows it summarizes, and nothing of what is in them', async () => {
    const lines: unknown[] = [];

    await runTask(generateReport, { rows: [{ city: 'Bonn' }] }, { onLog: (line) => lines.push(line) });

    expect(lines).toEqual([{ level: 'info', message: 'summarizing', fields: { rows: 1 } }]);
  });
});
