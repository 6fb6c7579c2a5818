import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../bench/local-stack/options.ts';

describe('the options of npm run bench:local-stack', () => {
  it('are this checkout, 2,000 tasks and 20 clients, once', () => {
    expect(parseOptions([])).toEqual({
      checkout: resolve('.'),
      before: undefined,
      tasks: 2_000,
      clients: 20,
      rounds: 1,
      json: false,
      help: false,
    });
  });

  it('measure each checkout three times to compare it with another', () => {
    expect(parseOptions(['--before', '/elsewhere'])).toMatchObject({ before: '/elsewhere', rounds: 3 });
    expect(parseOptions(['--before', '/elsewhere', '--rounds', '5']).rounds).toBe(5);
  });

  it.each([
    ['--tasks', 'many', '--tasks is "many"; it must be a whole number from 1 to 100000.'],
    ['--clients', '0', '--clients is "0"; it must be a whole number from 1 to 1000.'],
    ['--rounds', '2.5', '--rounds is "2.5"; it must be a whole number from 1 to 100.'],
  ])('refuse %s %s', (option, value, message) => {
    expect(() => parseOptions([option, value])).toThrow(message);
  });
});
