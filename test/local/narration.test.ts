import { describe, expect, it } from 'vitest';
import { narrate, narrateChange } from '../../local/narration.ts';

const NOW = new Date(2026, 10, 21, 5, 13, 14);
const placesOf = (frames: readonly string[]) =>
  frames.map((frame) => ({ where: frame, own: frame.startsWith('lambda/'), text: undefined }));
const plain = { colours: false, quiet: false, placesOf };
const tell = (line: unknown, settings = plain) => narrate(JSON.stringify(line), settings, NOW);

describe('telling what happens', () => {
  it('tells a step of a task in one line', () => {
    expect(
      tell({
        level: 'INFO',
        step: 'attempt-failed',
        task_id: '3f2a1b7c-0000-4000-8000-000000000000',
        task_name: 'generate-report',
        attempt: 2,
        status_code: 503,
        callback_origin: 'http://127.0.0.1:7071',
        duration_ms: 12.34,
        next_attempt_at: new Date(2026, 10, 21, 5, 18, 14).toISOString(),
      }),
    ).toBe(
      '05:13:14  attempt-failed  3f2a1b7c  generate-report  attempt 2, http://127.0.0.1:7071, answered 503, 12 ms, next at 05:18:14',
    );
  });

  it('tells the whole id when a task is accepted, and where its callback goes, but not at each step', () => {
    const task = {
      task_id: '3f2a1b7c-0000-4000-8000-000000000000',
      task_name: 'sleep',
      callback_origin: 'http://a',
    };
    expect(tell({ ...task, step: 'accepted' })).toBe(
      '05:13:14  accepted        3f2a1b7c  sleep  task_id 3f2a1b7c-0000-4000-8000-000000000000, http://a',
    );
    expect(tell({ ...task, step: 'running', run: 1 })).toBe(
      '05:13:14  running         3f2a1b7c  sleep  run 1',
    );
  });

  it('tells warnings and errors, with their cause', () => {
    expect(
      tell({
        level: 'ERROR',
        message: 'not delivered',
        task_id: '3f2a1b7c-0000',
        error: { name: 'TypeError', message: 'x is not a function' },
      }),
    ).toBe('05:13:14  ERROR           task 3f2a1b7c: not delivered: TypeError: x is not a function');
    expect(tell({ level: 'WARN', message: 'slow' })).toBe('05:13:14  WARN            slow');
  });

  it('tells where an error came from, our own code first, and what caused it', () => {
    const line = {
      level: 'ERROR',
      message: 'work failed',
      task_id: '3f2a1b7c-0000',
      error: { name: 'Error', message: 'no report' },
      trace: ['lambda/tasks/a.ts:1:2', 'node:fs:3:4', 'lambda/run/b.ts:5:6'],
      causes: [{ name: 'TypeError', message: 'x is not a function', trace: ['lambda/tasks/c.ts:7:8'] }],
    };
    expect(tell(line)).toBe(
      [
        '05:13:14  ERROR           task 3f2a1b7c: work failed: Error: no report',
        '                          lambda/tasks/a.ts:1:2',
        '                          lambda/run/b.ts:5:6',
        '                          and 1 more in packages and Node',
        '                          caused by TypeError: x is not a function',
        '                          lambda/tasks/c.ts:7:8',
      ].join('\n'),
    );
  });

  it('tells the name of an error of which that is all there is, and where it is told in the error itself', () => {
    const line = {
      level: 'ERROR',
      message: 'item failed',
      error: { name: 'SyntaxError', at: ['lambda/a.ts:1:2'] },
    };
    expect(tell(line)).toBe(
      '05:13:14  ERROR           item failed: SyntaxError\n                          lambda/a.ts:1:2',
    );
  });

  it('says nothing of other lines', () => {
    expect(tell({ level: 'INFO', message: 'loaded' })).toBeUndefined();
    expect(tell({ level: 'DEBUG', message: 'x' })).toBeUndefined();
  });

  it('passes on what is not JSON, as a task’s own code writes it', () => {
    expect(narrate('hello from my task', plain, NOW)).toBe('05:13:14  hello from my task');
    expect(narrate('{ not json', plain, NOW)).toBe('05:13:14  { not json');
  });

  it('finds the sources of a stack that a task’s own code writes', () => {
    const inSources = {
      ...plain,
      placesOf: () => [{ where: 'lambda/tasks/a.ts:1:2', own: true, text: 'x' }],
    };
    expect(narrate('    at a (/index.js:1:999)', inSources, NOW)).toBe(
      '05:13:14      at lambda/tasks/a.ts:1:2',
    );
    expect(narrate('    at node:fs:1:2', plain, NOW)).toBe('05:13:14      at node:fs:1:2');
  });

  it('keeps to warnings and errors when it is to be quiet', () => {
    const quiet = { ...plain, quiet: true };
    expect(tell({ step: 'accepted', task_id: 'x' }, quiet)).toBeUndefined();
    expect(narrate('hello', quiet, NOW)).toBeUndefined();
    expect(tell({ level: 'ERROR', message: 'boom' }, quiet)).toContain('boom');
    expect(tell({ level: 'ERROR', step: 'dead', message: 'gave up', task_id: 'x' }, quiet)).toContain(
      'gave up',
    );
  });

  it('colours a terminal only', () => {
    const line = { step: 'delivered', task_id: 'x' };
    expect(tell(line, { ...plain, colours: true })).toContain('\u001b[32mdelivered');
    expect(tell(line)).not.toContain('\u001b');
  });
});

describe('telling what became of a change', () => {
  const change = { tone: 'good', step: 'reloaded', text: 'run in 80 ms: lambda/tasks/sleep/run.ts' } as const;
  const failed = {
    tone: 'bad',
    step: 'not reloaded',
    text: 'run: the old code goes on\na.ts:1:1: Unexpected',
  } as const;

  it('takes a line, and one for each error', () => {
    expect(narrateChange(change, plain, NOW)).toBe(
      '05:13:14  reloaded        run in 80 ms: lambda/tasks/sleep/run.ts',
    );
    expect(narrateChange(failed, plain, NOW)).toBe(
      '05:13:14  not reloaded    run: the old code goes on\n                          a.ts:1:1: Unexpected',
    );
  });

  it('keeps to what went wrong when it is to be quiet', () => {
    const quiet = { ...plain, quiet: true };
    expect(narrateChange(change, quiet, NOW)).toBeUndefined();
    expect(narrateChange(failed, quiet, NOW)).toContain('the old code goes on');
  });
});
