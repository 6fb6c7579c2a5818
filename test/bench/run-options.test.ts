import { describe, expect, it } from 'vitest';
import { parseRunOptions } from '../../bench/run-options.ts';

const namesOf = (args: readonly string[]) => parseRunOptions(args).programs.map(({ name }) => name);

describe('the options of npm run bench', () => {
  it('are every program, in full, unless told otherwise', () => {
    expect(namesOf([])).toEqual([
      'cold-start',
      'bundle-size',
      'deliver-cpu',
      'aws-calls',
      'price',
      'drain',
      'soak',
      'latency',
    ]);
    expect(parseRunOptions([])).toMatchObject({ isQuick: false, isStrict: false, onlyReport: false });
  });

  it('name some programs', () => {
    expect(namesOf(['--quick', '--only', 'latency, price'])).toEqual(['latency', 'price']);
    expect(parseRunOptions(['--quick', '--strict'])).toMatchObject({ isQuick: true, isStrict: true });
  });

  it('tell of a program that there is not', () => {
    expect(() => parseRunOptions(['--only', 'lattency'])).toThrow(
      '--only names "lattency"; there are cold-start, bundle-size,',
    );
  });
});
