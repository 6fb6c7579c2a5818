import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../chaos/options.ts';

const FRESH_SEED = 42;

describe('the options of the chaos run', () => {
  it('are a small run with another seed each time, unless told', () => {
    expect(parseOptions([], FRESH_SEED)).toEqual({
      tasks: 500,
      minutes: 1,
      seed: 42,
      json: false,
      help: false,
    });
  });

  it('say how many, how long, and which dice', () => {
    const args = ['--tasks', '10000', '--minutes', '2.5', '--seed', '7', '--json'];
    expect(parseOptions(args, FRESH_SEED)).toMatchObject({
      tasks: 10_000,
      minutes: 2.5,
      seed: 7,
      json: true,
    });
  });

  it.each([
    [['--tasks', '0'], '--tasks is 0; it must be a whole number from 1 to 100000.'],
    [['--tasks', '1.5'], '--tasks is 1.5; it must be a whole number from 1 to 100000.'],
    [['--minutes', 'ten'], '--minutes is ten; it must be a number from 0.1 to 60.'],
    [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
    [['--task', '5'], "Unknown option '--task'. Run npm run chaos -- --help for what there is."],
  ])('refuse %j and tell what is allowed', (args, message) => {
    expect(() => parseOptions(args, FRESH_SEED)).toThrow(message);
  });
});
