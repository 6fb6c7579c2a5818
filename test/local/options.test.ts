import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../local/options.ts';

describe('the command line', () => {
  it('has defaults for everything', () => {
    expect(parseOptions([], {})).toEqual({
      port: 7071,
      context: { samples: 'true', allowedCallbackCidrs: '127.0.0.0/8,::1/128' },
      stateDirectory: '.local',
      envFile: undefined,
      quiet: false,
      watch: false,
      help: false,
    });
  });

  it('passes settings of the app on as they are', () => {
    const args = [
      '-c',
      'retrySchedule=1s,1s',
      '--context=a=b=c',
      '-c',
      'allowedCallbackCidrs=10.0.0.0/8',
      '-c',
      'x=',
    ];
    expect(parseOptions(args, {}).context).toEqual({
      samples: 'true',
      retrySchedule: '1s,1s',
      a: 'b=c',
      allowedCallbackCidrs: '10.0.0.0/8',
      x: '',
    });
  });

  it('takes the file of values for this machine', () => {
    expect(parseOptions(['--env-file', 'mine.env'], {}).envFile).toBe('mine.env');
  });

  it('takes the port from PORT', () => {
    expect(parseOptions([], { PORT: '0' }).port).toBe(0);
    expect(parseOptions([], { PORT: '' }).port).toBe(7071);
  });

  it.each([
    [['-c', 'retrySchedule'], {}, '-c retrySchedule is not key=value. Example: -c retrySchedule=1s,5s'],
    [['-c', '=5'], {}, '-c =5 is not key=value'],
    [['--prot', '1'], {}, "Unknown option '--prot'. Run npm start -- --help"],
    [['-c'], {}, "Option '-c, --context <value>' argument missing. Run npm start -- --help"],
    [
      ['retrySchedule=1s'],
      {},
      'Unexpected argument: retrySchedule=1s. Settings of the app are given as -c key=value',
    ],
    [[], { PORT: '70711' }, 'PORT is 70711; it must be a whole number from 0 to 65535'],
    [[], { PORT: '80a' }, 'PORT is 80a; it must be a whole number'],
  ])('refuses %j %j and tells what to do', (args, env, message) => {
    expect(() => parseOptions(args, env)).toThrow(message);
  });
});
