import { describe, expect, it } from 'vitest';
import { failWork } from '../../../lambda/tasks/fail/run.ts';
import { generateReportWork } from '../../../lambda/tasks/generate-report/run.ts';
import { RetryableTaskError, type TaskContext } from '../../../lambda/tasks/implement-task.ts';

const context = (run = 1): TaskContext => ({
  taskId: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
  run,
  signal: new AbortController().signal,
  logger: { info: () => {}, warn: () => {}, error: () => {} },
  callbackUrl: undefined,
  resultUrl: 'https://api.example/api/tasks/8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10/result',
});

describe('generate-report', () => {
  const csv = (text: string) => generateReportWork.work({ csv: text }, context());

  it('answers without input, too', () => {
    expect(generateReportWork.work(undefined, context())).toEqual({
      taskName: 'generate-report',
      artifactUrl: 'https://api.example/api/tasks/8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10/result',
      rowCount: 0,
      columns: [],
    });
  });

  it('reads CSV as spreadsheets write it', () => {
    expect(csv('\uFEFFcity, "a, b"\r\n"Bonn\nRhein", 1\r\n\r\nKöln,\r\n')).toMatchObject({
      rowCount: 2,
      columns: [
        { name: 'city', count: 2, distinct: 2 },
        { name: 'a, b', count: 1, missing: 1, numbers: { sum: 1 } },
      ],
    });
  });

  it('tells the line that is no CSV', () => {
    expect(() => csv('a,b\n1,2\n3\n')).toThrow(/columns length is 2, got 1 on line 3/);
  });
});

describe('fail', () => {
  it('fails for good, with the message that it was given', () => {
    expect(() => failWork.work(undefined, context())).toThrow(new Error('this task always fails'));
    expect(() => failWork.work({ message: 'no paper' }, context())).toThrow(new Error('no paper'));
  });

  it('asks for another run as often as it is told, then succeeds', () => {
    expect(() => failWork.work({ times: 2 }, context(1))).toThrow(RetryableTaskError);
    expect(() => failWork.work({ times: 2 }, context(2))).toThrow('this task always fails (run 2 of 3)');
    expect(failWork.work({ times: 2 }, context(3))).toEqual({ runs: 3 });
    expect(failWork.work({ times: 0 }, context(1))).toEqual({ runs: 1 });
  });
});
