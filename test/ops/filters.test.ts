import { describe, expect, it } from 'vitest';
import { filterFrom, inWords, isEverything, matches, type Subject } from '../../ops/filters.ts';

const NOW_MS = Date.parse('2025-11-27T18:00:00.000Z');
const REASONS = ['deadline-passed', 'gone'];

const SUBJECTS: Readonly<Record<string, Subject>> = {
  a: {
    host: 'slow.example',
    taskName: 'sleep',
    reason: 'gone',
    atMs: Date.parse('2025-11-27T11:59:59.999Z'),
  },
  b: {
    host: 'slow.example:8443',
    taskName: 'sleep',
    reason: 'deadline-passed',
    atMs: Date.parse('2025-11-27T12:00:00Z'),
  },
  c: {
    host: '[::1]:7071',
    taskName: 'report',
    reason: 'deadline-passed',
    atMs: Date.parse('2025-11-27T16:00:00Z'),
  },
  d: { host: undefined, taskName: undefined, reason: undefined, atMs: Date.parse('2025-11-27T17:59:59Z') },
};

describe('a filter', () => {
  it.each([
    [{}, 'abcd', ''],
    [{ host: 'slow.example' }, 'ab', ' of host slow.example'],
    [{ host: 'SLOW.example:8443' }, 'b', ' of host slow.example:8443'],
    [{ host: '[::1]' }, 'c', ' of host [::1]'],
    [{ task: 'report' }, 'c', ' of task report'],
    [{ reason: 'gone' }, 'a', ' with reason gone'],
    [{ since: '2h' }, 'cd', ' since 2025-11-27T16:00:00.000Z'],
    [{ since: '2025-11-27T12:00:00.000Z' }, 'bcd', ' since 2025-11-27T12:00:00.000Z'],
    [{ host: 'slow.example', reason: 'gone' }, 'a', ' of host slow.example, with reason gone'],
    [{ host: 'slow.example', task: 'report' }, '', ' of host slow.example, of task report'],
  ])('of %j lets %j through', (values, expected, words) => {
    const filter = filterFrom(values, REASONS, NOW_MS);

    const through = Object.keys(SUBJECTS).filter((name) => matches(filter, SUBJECTS[name] as Subject));
    expect(through.join('')).toBe(expected);
    expect(inWords(filter)).toBe(words);
    expect(isEverything(filter)).toBe(words === '');
  });

  it.each([
    [
      { host: 'https://slow.example/hook' },
      '--host is https://slow.example/hook; it must be a callback’s host',
    ],
    [{ host: '' }, '--host is ; it must be'],
    [{ reason: 'tired' }, '--reason is tired; there are: deadline-passed, gone.'],
    [{ since: 'yesterday' }, '--since is yesterday; it must be how long ago'],
    [{ since: '2 h' }, '--since is 2 h; it must be how long ago'],
    [{ since: '2099-01-01' }, '--since is 2099-01-01; it must be'],
  ])('is not made of %j', (values, message) => {
    expect(() => filterFrom(values, REASONS, NOW_MS)).toThrow(message.replace('’', "'"));
  });
});
