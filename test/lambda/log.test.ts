import { afterEach, expect, it, vi } from 'vitest';
import { logger, tellFault, tellRunStep, tellStep } from '../../lambda/log.ts';
import { LoggableError } from '../../lambda/loggable-error.ts';
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
      step: 'attempt-failed',
      task_id: entry.task_id,
      task_name: 'sleep',
      callback_origin: 'https://receiver.example:8443',
      attempt: 2,
      status_code: 503,
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

it('a line carries nothing that is paid for by the byte and tells nobody anything', () => {
  const [line = {}] = linesOf(() => tellStep('accepted', acceptedTask()));

  expect(Object.keys(line)).toEqual([
    'level',
    'timestamp',
    'step',
    'task_id',
    'task_name',
    'callback_origin',
  ]);
  const [ofRun = {}] = linesOf(() => tellRunStep('running', acceptedTask(), { run: 1 }));
  expect(Object.keys(ofRun)).toEqual(['level', 'timestamp', 'step', 'task_id', 'task_name', 'run']);
});

it('a step of a later life of the callback tells which one it is', () => {
  expect(linesOf(() => tellStep('revived', acceptedTask({ generation: 2 })))).toMatchObject([
    { step: 'revived', generation: 2 },
  ]);
});

it('a fault is one line, whatever was thrown, and a text that is not ours is not in it', () => {
  const lines = [
    ...linesOf(() => tellFault(new RangeError('a secret'), 'a-message')),
    ...linesOf(() => tellFault(new Error('getaddrinfo ENOTFOUND a-secret.example'), 'a-message')),
    ...linesOf(() => tellFault(undefined, 'another-message')),
  ];

  expect(lines).toMatchObject([
    { level: 'ERROR', message_id: 'a-message', error: { name: 'RangeError' } },
    { level: 'ERROR', message_id: 'a-message', error: { name: 'Error' } },
    {
      level: 'ERROR',
      message_id: 'another-message',
      error: { name: 'LoggableError', message: 'something of type undefined was thrown' },
    },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

it('a line is one line, whatever stands in it', () => {
  const forged = 'sleep\n{"level":"INFO","message":"forged"}\u2028\r\u001b[2J\u0000';

  const lines = linesOf(() => tellStep('running', acceptedTask({ task_name: forged }), { run: forged }));

  expect(lines).toMatchObject([{ step: 'running', task_name: forged, run: forged }]);
});

it('an error is told by what is ours to tell wherever it stands in a line, and so is what caused it', () => {
  const cause = new SyntaxError('unexpected token in "a secret"');
  const error = Object.assign(new LoggableError('the ledger knows no such task', { cause }), {
    input: 'a secret',
  });

  const lines = linesOf(() => logger.warn('odd', { deep: [{ error }] }));

  expect(lines).toMatchObject([{ deep: [{ error: { message: 'the ledger knows no such task' } }] }]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});
