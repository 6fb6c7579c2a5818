import { describe, expect, it } from 'vitest';
import { parseDoctorOptions } from '../../../ops/doctor/options.ts';

describe('the command line of the doctor', () => {
  it('takes settings of the app, as cdk deploy does', () => {
    expect(
      parseDoctorOptions([
        '-c',
        'stage=prod',
        '--json',
        '--context',
        'stackName=Jobs',
        '--dotenv',
        '.env.prod',
        '--stack',
        'Shop',
        '--pipeline',
        'Callbacks',
      ]),
    ).toEqual({
      settings: { stage: 'prod', stackName: 'Jobs' },
      pipeline: 'Callbacks',
      stack: 'Shop',
      envFile: '.env.prod',
      json: true,
      help: false,
    });
  });

  it.each([
    [['--jsn'], "Unknown option '--jsn'. Run npm run doctor -- --help"],
    [['-c', 'prod'], '-c prod is not key=value'],
    [['prod'], "Unexpected argument 'prod'"],
  ])('refuses %j and tells what to do', (args, message) => {
    expect(() => parseDoctorOptions(args)).toThrow(message);
  });
});
