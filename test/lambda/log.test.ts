import { afterEach, expect, it, vi } from 'vitest';
import { tellFault, tellStep } from '../../lambda/log.ts';
import { acceptedTask } from '../support/entries.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The JSON lines that are logged meanwhile. */
function linesOf(log: () => void): Record<string, unknown>[] {
  const written: string[] = [];
  const keep = (chunk: unknown) => {
    written.push(String(chunk));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  log();
  vi.restoreAllMocks();
  return written.map((line) => JSON.parse(line));
}

it('a step of a task is one line: whose, which, and where to, without path, query or payload', () => {
  const entry = acceptedTask({
    callback_url: 'https://receiver.example:8443/hooks/secret-path?key=secret-key',
    input: { json: '{"secret":"input"}' },
  });

  const lines = linesOf(() => tellStep('attempt-failed', entry, { attempt: 2, status_code: 503 }));

  expect(lines).toMatchObject([
    {
      level: 'INFO',
      message: 'attempt-failed',
      step: 'attempt-failed',
      task_id: entry.task_id,
      task_name: 'sleep',
      generation: 0,
      callback_origin: 'https://receiver.example:8443',
      attempt: 2,
      status_code: 503,
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

it('a fault is one line, whatever was thrown', () => {
  const lines = [
    ...linesOf(() => tellFault(new RangeError('throttled'), 'a-message')),
    ...linesOf(() => tellFault(undefined, 'another-message')),
  ];

  expect(lines).toMatchObject([
    { level: 'ERROR', message_id: 'a-message', error: { name: 'RangeError', message: 'throttled' } },
    { level: 'ERROR', message_id: 'another-message', error: { message: 'undefined' } },
  ]);
});
