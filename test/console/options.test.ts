import { describe, expect, it } from 'vitest';
import { parseConsoleOptions } from '../../console/options.ts';

describe('npm run console', () => {
  it('takes a stack by its name, on port 7072 unless told otherwise', () => {
    expect(parseConsoleOptions(['--stack', 'callbacks'])).toMatchObject({ stack: 'callbacks', port: 7_072 });
    expect(parseConsoleOptions(['--outputs', 'outputs.json', '--port', '0'])).toMatchObject({
      outputs: 'outputs.json',
      port: 0,
    });
    expect(parseConsoleOptions(['--stack', 'Shop', '--pipeline', 'Callbacks'])).toMatchObject({
      stack: 'Shop',
      pipeline: 'Callbacks',
    });
  });

  it.each([
    [[], 'Which stack? Give --stack NAME or --outputs FILE.'],
    [['callbacks'], 'Unexpected argument: callbacks. Which stack is told by --stack callbacks.'],
    [['--stack', 'x', '--port', '70720'], '--port is 70720; it must be a whole number from 0 to 65535'],
    [['--stack', 'x', '--colour'], "Unknown option '--colour'. Run npm run console -- --help"],
  ])('does not understand %j, and says what it takes', (args, words) => {
    expect(() => parseConsoleOptions(args)).toThrow(words);
  });

  it('can be asked for help alone', () => {
    expect(parseConsoleOptions(['--help']).help).toBe(true);
  });
});
