import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../local/options.ts';

describe('the command line', () => {
  it('has defaults for everything', () => {
    expect(parseOptions([], {})).toEqual({
      port: 7071,
      context: {},
      settings: {},
      choice: { pipeline: undefined, stack: undefined },
      stateDirectory: '.local',
      envFile: undefined,
      fresh: false,
      quiet: false,
      watch: false,
      help: false,
    });
  });

  it('passes context of the app and settings of the pipelines on as they are', () => {
    const args = ['-c', 'stage=beta', '--context=a=b=c', '--set', 'retrySchedule=1s,1s', '--set', 'x='];
    const options = parseOptions(args, {});

    expect(options.context).toEqual({ stage: 'beta', a: 'b=c' });
    expect(options.settings).toEqual({ retrySchedule: '1s,1s', x: '' });
  });

  it('takes the pipelines that run', () => {
    expect(parseOptions(['--pipeline', 'Callbacks', '--stack', 'Shop'], {}).choice).toEqual({
      pipeline: 'Callbacks',
      stack: 'Shop',
    });
  });

  it('takes the file of values for this machine', () => {
    expect(parseOptions(['--dotenv', 'mine.env'], {}).envFile).toBe('mine.env');
  });

  it('takes the port from PORT', () => {
    expect(parseOptions([], { PORT: '0' }).port).toBe(0);
    expect(parseOptions([], { PORT: '' }).port).toBe(7071);
  });

  it.each([
    [['-c', 'stage'], {}, '-c stage is not key=value. Example: -c stage=prod'],
    [
      ['--set', 'retrySchedule'],
      {},
      '--set retrySchedule is not name=value. Example: --set retrySchedule=1s,5s',
    ],
    [['--set', '=1s'], {}, '--set =1s is not name=value'],
    [['-c', '=5'], {}, '-c =5 is not key=value'],
    [['--prot', '1'], {}, "Unknown option '--prot'. Run npm start -- --help"],
    [['-c'], {}, "Option '-c, --context <value>' argument missing. Run npm start -- --help"],
    [
      ['retrySchedule=1s'],
      {},
      'Unexpected argument: retrySchedule=1s. Give settings of the pipelines as --set name=value, and context of the app as -c key=value.',
    ],
    [[], { PORT: '70711' }, 'PORT is 70711; it must be a whole number from 0 to 65535'],
    [[], { PORT: '80a' }, 'PORT is 80a; it must be a whole number'],
  ])('refuses %j %j and tells what to do', (args, env, message) => {
    expect(() => parseOptions(args, env)).toThrow(message);
  });
});
