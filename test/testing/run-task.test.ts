import { setTimeout as sleep } from 'node:timers/promises';
import { defineTask, type Run } from 'callback-completion/task';
import { type LoggedLine, runTask } from 'callback-completion/testing';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';

const anything = defineTask({ input: z.unknown() });
const brief = defineTask({ input: z.unknown(), timeout: '1s' });

describe('a task that is run in a test', () => {
  it('gets its parsed input and the context of a run, and returns what a callback would carry', async () => {
    const definition = defineTask({
      input: mini.strictObject({ day: mini._default(mini.string(), 'Monday') }),
    });
    const run: Run<typeof definition> = ({ day }, context) => ({
      day,
      taskId: context.taskId,
      run: context.run,
      resultUrl: context.resultUrl,
      callbackUrl: context.callbackUrl,
      at: new Date(0),
      missing: undefined,
    });

    expect(await runTask({ definition, run }, {})).toEqual({
      day: 'Monday',
      taskId: '00000000-0000-4000-8000-000000000000',
      run: 1,
      resultUrl: 'https://api.example/api/tasks/00000000-0000-4000-8000-000000000000/result',
      at: '1970-01-01T00:00:00.000Z',
    });
    const options = {
      run: 3,
      taskId: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
      callbackUrl: 'https://receiver.example/hook',
    };
    expect(await runTask({ definition, run }, { day: 'Friday' }, options)).toEqual({
      day: 'Friday',
      taskId: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
      run: 3,
      resultUrl: 'https://api.example/api/tasks/8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10/result',
      callbackUrl: 'https://receiver.example/hook',
      at: '1970-01-01T00:00:00.000Z',
    });
  });

  it('returns null for work that returns nothing', async () => {
    expect(await runTask({ definition: anything, run: () => {} })).toBeNull();
  });

  it('throws what the work throws', async () => {
    const run = () => {
      throw new RangeError('no paper');
    };

    await expect(runTask({ definition: anything, run })).rejects.toThrow(new RangeError('no paper'));
  });
});

describe('an input that does not fit', () => {
  it.each([
    [z, defineTask({ input: z.strictObject({ to: z.array(z.string()), from: z.string() }) })],
    [mini, defineTask({ input: mini.strictObject({ to: mini.array(mini.string()), from: mini.string() }) })],
  ])('is refused with the place of each problem, before the work runs', async (_zod, definition) => {
    let runs = 0;
    const run = () => {
      runs += 1;
    };

    const refusal = runTask({ definition, run }, { to: ['Ada', 7] });

    await expect(refusal).rejects.toThrow(TypeError);
    await expect(refusal).rejects.toThrow(
      "the input does not fit the task's schema: input.to.1: expected string, received number; input.from: is missing; expected string",
    );
    await expect(runTask({ definition, run }, 'Ada')).rejects.toThrow(
      "the input does not fit the task's schema: input: expected object, received string",
    );
    expect(runs).toBe(0);
  });
});

describe('a result that cannot be stored', () => {
  const circular: { self?: unknown } = {};
  circular.self = circular;

  it.each([
    ['a function', () => 1, 'the result cannot be written as JSON: it is a function'],
    ['a BigInt', 1n, 'the result cannot be written as JSON: Do not know how to serialize a BigInt'],
    ['a circle', circular, 'the result cannot be written as JSON: Converting circular structure to JSON'],
    ['too much', 'x'.repeat(400_000), 'the result has 400002 bytes as JSON; at most '],
  ])('is refused: %s', async (_what, result, message) => {
    const run = () => result;

    const refusal = runTask({ definition: anything, run });

    await expect(refusal).rejects.toThrow(TypeError);
    await expect(refusal).rejects.toThrow(message);
  });
});

describe('the time limit of the definition', () => {
  it('aborts the signal with the reason that a deployment gives', async () => {
    let reason: unknown;
    const run: Run<typeof brief> = async (_input, { signal }) => {
      await sleep(5_000, undefined, { signal }).catch(() => {});
      reason = signal.reason;
    };

    await expect(runTask({ definition: brief, run })).rejects.toThrow();

    expect(reason).toEqual(new Error('the time limit of the task has passed'));
  });

  it.each<[string, Run<typeof brief>]>([
    ['stops with an error', async (_input, { signal }) => await sleep(5_000, 'late', { signal })],
    [
      'returns late',
      async (_input, { signal }) => await sleep(5_000, undefined, { signal }).catch(() => 'late'),
    ],
    ['never ends', () => new Promise(() => {})],
  ])('is the outcome of work that %s', async (_what, run) => {
    const startMs = performance.now();

    await expect(runTask({ definition: brief, run })).rejects.toMatchObject({
      name: 'Timeout',
      message: 'the task did not finish within 1 s',
    });

    expect(performance.now() - startMs).toBeLessThan(4_000);
  });

  it('aborts nothing in time, nor without a limit', async () => {
    const run = async (_input: unknown, { signal }: { signal: AbortSignal }) => signal.aborted;

    expect(await runTask({ definition: brief, run })).toBe(false);
    expect(await runTask({ definition: anything, run })).toBe(false);
  });
});

describe('secrets', () => {
  const run: Run<typeof anything> = async (name, { secret }) => await secret(String(name));

  it('are those that the test gives', async () => {
    const secrets = { VENDOR_KEY: 'hunter2', EMPTY: '' };

    expect(await runTask({ definition: anything, run }, 'VENDOR_KEY', { secrets })).toBe('hunter2');
    expect(await runTask({ definition: anything, run }, 'EMPTY', { secrets })).toBe('');
  });

  it.each(['VENDOR', 'toString'])('are no others: %s', async (name) => {
    const message = `There is no secret "${name}"; pass it as runTask(task, input, { secrets: { ${name}: '…' } }).`;
    const secrets = { VENDOR_KEY: 'hunter2' };

    await expect(runTask({ definition: anything, run }, name)).rejects.toThrow(new Error(message));
    await expect(runTask({ definition: anything, run }, name, { secrets })).rejects.toThrow(
      new Error(message),
    );
  });
});

describe('log lines', () => {
  const run: Run<typeof anything> = (_input, { logger }) => {
    logger.info('begun', { rows: 3 });
    logger.warn('slow');
    logger.error('wrong', { code: 7 });
  };

  it('are given to the test, in order', async () => {
    const lines: LoggedLine[] = [];

    await runTask({ definition: anything, run }, undefined, { onLog: (line) => lines.push(line) });

    expect(lines).toEqual([
      { level: 'info', message: 'begun', fields: { rows: 3 } },
      { level: 'warn', message: 'slow', fields: {} },
      { level: 'error', message: 'wrong', fields: { code: 7 } },
    ]);
  });

  it('are dropped unless the test asks for them', async () => {
    expect(await runTask({ definition: anything, run })).toBeNull();
  });
});
