import { describe, expect, it } from 'vitest';
import { narrate } from '../../local/narration.ts';

const NOW = new Date(2026, 10, 21, 5, 13, 14);
const plain = { colours: false, quiet: false };
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

  it('says nothing of other lines', () => {
    expect(tell({ level: 'INFO', message: 'loaded' })).toBeUndefined();
    expect(tell({ level: 'DEBUG', message: 'x' })).toBeUndefined();
  });

  it('passes on what is not JSON, as a task’s own code writes it', () => {
    expect(narrate('hello from my task', plain, NOW)).toBe('05:13:14  hello from my task');
    expect(narrate('{ not json', plain, NOW)).toBe('05:13:14  { not json');
  });

  it('keeps to warnings and errors when it is to be quiet', () => {
    const quiet = { colours: false, quiet: true };
    expect(tell({ step: 'accepted', task_id: 'x' }, quiet)).toBeUndefined();
    expect(narrate('hello', quiet, NOW)).toBeUndefined();
    expect(tell({ level: 'ERROR', message: 'boom' }, quiet)).toContain('boom');
    expect(tell({ level: 'ERROR', step: 'dead', message: 'gave up', task_id: 'x' }, quiet)).toContain(
      'gave up',
    );
  });

  it('colours a terminal only', () => {
    const line = { step: 'delivered', task_id: 'x' };
    expect(tell(line, { colours: true, quiet: false })).toContain('\u001b[32mdelivered');
    expect(tell(line)).not.toContain('\u001b');
  });
});
