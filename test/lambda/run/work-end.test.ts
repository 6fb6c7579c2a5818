import { describe, expect, it } from 'vitest';
import { endOfResult, endOfThrow } from '../../../lambda/run/work-end.ts';
import { RetryableTaskError } from '../../../lambda/task/retryable-task-error.ts';

const failed = (type: string, message: string) => ({ kind: 'failed', error: { type, message } });

const bomb: unknown = { toJSON: () => ({ again: bomb }) };

function deep(levels: number): unknown {
  let value: unknown[] = [];
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

const circular: Record<string, unknown> = { name: 'loop' };
circular.self = circular;

describe('a result', () => {
  it.each([
    [{ rows: 3 }, '{"rows":3}'],
    ['done', '"done"'],
    [null, 'null'],
    [undefined, 'null'],
    [new Date(1_764_000_000_000), '"2025-11-24T16:00:00.000Z"'],
  ])('of %o is kept as JSON', (result, resultJson) => {
    expect(endOfResult(result)).toEqual({ kind: 'completed', resultJson });
  });

  it.each([
    [10n, 'the result cannot be written as JSON: Do not know how to serialize a BigInt'],
    [{ deep: [10n] }, 'the result cannot be written as JSON: Do not know how to serialize a BigInt'],
    [() => 1, 'the result cannot be written as JSON: it is a function'],
    [Symbol('s'), 'the result cannot be written as JSON: it is a symbol'],
    [
      {
        get rows(): never {
          throw new RangeError('no rows here');
        },
      },
      'the result cannot be written as JSON: no rows here',
    ],
  ])('that is no JSON fails the task and says so (%#)', (result, message) => {
    expect(endOfResult(result)).toEqual(failed('UnusableResult', message));
  });

  it('that nests deeper than receivers can be expected to read fails the task and says so', () => {
    const nested = (levels: number): unknown => (levels === 0 ? [] : [nested(levels - 1)]);

    expect(endOfResult(nested(63))).toMatchObject({ kind: 'completed' });
    expect(endOfResult(nested(64))).toEqual(
      failed(
        'UnusableResult',
        'the result nests 65 levels deep as JSON; at most 64 are taken. Return it flatter, or as text.',
      ),
    );
  });

  it.each([
    ['nests without an end', { toJSON: () => ({ again: bomb }) }],
    ['is a million levels deep', deep(1_000_000)],
    ['is too long for any string', { toJSON: () => 'x'.repeat(2 ** 28).repeat(4) }],
  ])('that %s as JSON fails the task', (_, result) => {
    expect(endOfResult(result)).toMatchObject({ kind: 'failed', error: { type: 'UnusableResult' } });
  });

  it('that is circular fails the task and says so', () => {
    expect(endOfResult(circular)).toMatchObject({
      kind: 'failed',
      error: {
        type: 'UnusableResult',
        message: expect.stringMatching(
          /^the result cannot be written as JSON: Converting circular structure to JSON/,
        ),
      },
    });
  });

  it('may have 256 KiB as JSON, and not a byte more', () => {
    expect(endOfResult('x'.repeat(262_142))).toMatchObject({ kind: 'completed' });
    expect(endOfResult('x'.repeat(262_143))).toEqual(
      failed(
        'UnusableResult',
        'the result has 262145 bytes as JSON; at most 262144 are stored. Keep it elsewhere and return where it is.',
      ),
    );
    expect(endOfResult('ü'.repeat(131_072))).toMatchObject({ kind: 'failed' });
  });
});

describe('a throw', () => {
  const nameless = Object.assign(new Error('without a name'), { name: '' });
  const unreadable = new Error('never seen');
  Object.defineProperty(unreadable, 'message', {
    get() {
      throw new Error('the getter throws too');
    },
  });

  it.each([
    [new RangeError('no rows'), failed('RangeError', 'no rows')],
    [new Error(''), failed('Error', 'no message was given')],
    [nameless, failed('Error', 'without a name')],
    [undefined, failed('Error', 'undefined was thrown')],
    [null, failed('Error', 'null was thrown')],
    ['out of paper', failed('Error', 'out of paper')],
    ['', failed('Error', 'an empty string was thrown')],
    [42, failed('Error', '42 was thrown')],
    [Symbol('s'), failed('Error', 'Symbol(s) was thrown')],
    [{ name: 'PaperJam', message: 'tray 2' }, failed('PaperJam', 'tray 2')],
    [circular, failed('loop', 'an object that is no Error was thrown')],
    [unreadable, failed('Error', 'what was thrown cannot be read')],
  ])('fails the task with what can be told of it (%#)', (thrown, end) => {
    expect(endOfThrow(thrown)).toEqual(end);
  });

  it('is told in a thousand characters at most', () => {
    expect(endOfThrow(new Error('x'.repeat(1_000)))).toEqual(failed('Error', 'x'.repeat(1_000)));
    expect(endOfThrow(new Error('x'.repeat(1_001)))).toEqual(failed('Error', `${'x'.repeat(999)}…`));
  });

  it('asks for another run only by RetryableTaskError', () => {
    const error = { type: 'RetryableTaskError', message: 'busy' };

    expect(endOfThrow(new RetryableTaskError('busy'))).toEqual({
      kind: 'retry',
      error,
      afterSeconds: undefined,
    });
    expect(endOfThrow(Object.assign(new Error('busy'), { name: 'RetryableTaskError' }))).toEqual({
      kind: 'failed',
      error,
    });
  });

  it.each([
    [30, 30],
    [0.5, 0.5],
    [-1, 0],
    [1e9, 43_200],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])('asks for it after %d s: %d s', (afterSeconds, used) => {
    expect(endOfThrow(new RetryableTaskError('busy', { afterSeconds }))).toMatchObject({
      kind: 'retry',
      afterSeconds: used,
    });
  });
});

it('a text that is cut in the middle of a character is whole Unicode all the same', () => {
  const { error } = endOfThrow(new Error(`${'x'.repeat(998)}😀 and more`)) as { error: { message: string } };

  expect(error.message).toHaveLength(1_000);
  expect(error.message.isWellFormed()).toBe(true);
  expect(endOfThrow(new Error('\ud800'))).toEqual(failed('Error', '\ufffd'));
});
