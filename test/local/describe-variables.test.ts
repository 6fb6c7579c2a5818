import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { LocalValueError } from '../../local/env-file.ts';
import { lambdaFunction, writeAssembly } from './assembly-fixture.ts';

const ENDPOINTS = { api: () => 'http://api', s3: 'http://127.0.0.1:4566', sqs: 'http://sqs' };
const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Test-Vendor';

/** A pipeline of submit and run, both of which know the tasks queue; run is fed from it. */
function described(Variables: Record<string, unknown>, env: Record<string, string> = {}, more: object = {}) {
  const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  const environment = { Environment: { Variables: { TASKS_QUEUE_URL: { Ref: 'Tasks' }, ...Variables } } };
  const resources = {
    Submit: lambdaFunction('Submit', {
      Environment: { Variables: { TASKS_QUEUE_URL: { Ref: 'Tasks' }, GREETING: 'from the template' } },
    }),
    Run: lambdaFunction('Run', environment),
    Deliver: lambdaFunction('Deliver', {
      Environment: { Variables: { TASKS_QUEUE_URL: { Ref: 'Tasks' }, GREETING: 'from the template' } },
    }),
    RunMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Run' }, EventSourceArn: arn('Tasks') },
    },
    DeliverMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Deliver' }, EventSourceArn: arn('Callbacks') },
    },
    ...more,
  };
  const stack = describeApp(
    readAssembly(writeAssembly(resources, { Submit: '', Run: '', Deliver: '' })),
    ENDPOINTS,
    {
      path: '.env',
      values: new Map(Object.entries(env)),
    },
  );
  const { functions = [] } = stack.pipelines[0] ?? {};
  const of = (logicalId: string) => functions.find((fn) => fn.logicalId === logicalId)?.environment;
  return { run: of('Run'), submit: of('Submit'), deliver: of('Deliver'), secrets: stack.secrets.slice(1) };
}

const refused = (...of: Parameters<typeof described>) => {
  try {
    described(...of);
  } catch (error) {
    expect(error).toBeInstanceOf(LocalValueError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

describe('a variable of the work', () => {
  it('has the value of .env, which no other function gets', () => {
    const { run, submit, deliver } = described(
      { GREETING: 'from the template', OTHER: 'kept' },
      { GREETING: 'from .env', UNUSED: 'x' },
    );

    expect(run).toEqual({
      TASKS_QUEUE_URL: 'http://sqs/000000000000/Test-Tasks',
      GREETING: 'from .env',
      OTHER: 'kept',
    });
    expect(submit?.GREETING).toBe('from the template');
    expect(deliver?.GREETING).toBe('from the template');
  });

  it.each([
    ['an import', { 'Fn::ImportValue': 'Shared:Bucket' }, '{"Fn::ImportValue":"Shared:Bucket"}'],
    ['a parameter', { Ref: 'VendorUrl' }, '{"Ref":"VendorUrl"}'],
    ['a dynamic reference', '{{resolve:ssm:/vendor/url}}', '"{{resolve:ssm:/vendor/url}}"'],
  ])('that is %s needs a value of .env', (_what, value, shown) => {
    expect(refused({ VENDOR_URL: value })).toBe(
      `The environment variable VENDOR_URL of the work refers to ${shown}, which the local stack does not have. Set a value for this machine in .env: VENDOR_URL=…`,
    );
    expect(described({ VENDOR_URL: value }, { VENDOR_URL: 'http://127.0.0.1:1' }).run?.VENDOR_URL).toBe(
      'http://127.0.0.1:1',
    );
  });

  it('is not one of the pipeline’s own', () => {
    expect(refused({}, { TASKS_QUEUE_URL: 'http://elsewhere' })).toBe(
      '.env sets TASKS_QUEUE_URL, which the pipeline sets itself. Remove it: .env is for variables of the work.',
    );
    expect(refused({ AWS_RETRY_MODE: 'standard' }, { AWS_RETRY_MODE: 'adaptive' })).toContain(
      '.env sets AWS_RETRY_MODE, which the pipeline sets itself.',
    );
    // Other programs use the file, too.
    expect(described({}, { AWS_PROFILE: 'mine', MASTER_SECRET_ARN: 'x' }).run).not.toHaveProperty(
      'AWS_PROFILE',
    );
  });

  it('is a string, also if the template has a number', () => {
    expect(described({ PAGES: 12, DRAFT: true }).run).toMatchObject({ PAGES: '12', DRAFT: 'true' });
    expect(() => described({ PAGES: [12] })).toThrow(
      'The environment variable PAGES of the work refers to [12]',
    );
    const other = lambdaFunction('Submit', { Environment: { Variables: { KEY: ['hunter2'] } } });
    expect(() => described({}, {}, { Other: other })).toThrow(
      /^Resources\.Other\.Properties\.Environment\.Variables\.KEY: this is not a string$/,
    );
  });
});

describe('a secret of the work', () => {
  const Vendor = (Properties: object) => ({ Vendor: { Type: 'AWS::SecretsManager::Secret', Properties } });
  const READS = { WORK_SECRET_VENDOR_KEY: { Ref: 'Vendor' } };
  const generated = Vendor({ GenerateSecretString: {} });

  it('has the value of .env', () => {
    const { run, secrets } = described(READS, { VENDOR_KEY: 'mine' }, generated);

    expect(run?.WORK_SECRET_VENDOR_KEY).toBe(SECRET_ARN);
    expect(secrets).toMatchObject([{ name: 'Test-Vendor', arn: SECRET_ARN, value: 'mine' }]);
  });

  it('is generated, or is what the template says, without one', () => {
    for (const env of [{}, { VENDOR_KEY: '' }]) {
      expect(described(READS, env, generated).secrets).toMatchObject([
        { arn: SECRET_ARN, value: undefined, generate: { passwordLength: 32 } },
      ]);
    }
    expect(described(READS, {}, Vendor({ SecretString: 'of the template' })).secrets).toMatchObject([
      { arn: SECRET_ARN, value: 'of the template', generate: undefined },
    ]);
  });

  it.each([
    [
      'in another stack',
      { 'Fn::ImportValue': 'Shared:Vendor' },
      'arn:aws:secretsmanager:us-east-1:000000000000:secret:VENDOR_KEY',
      '{"Fn::ImportValue":"Shared:Vendor"}',
    ],
    [
      'made by hand',
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:us-east-1:1:secret:vendor']] },
      'arn:aws:secretsmanager:us-east-1:1:secret:vendor',
      '"arn:aws:secretsmanager:us-east-1:1:secret:vendor"',
    ],
  ])('that is %s needs a value of .env', (_where, reference, arn, shown) => {
    const reads = { WORK_SECRET_VENDOR_KEY: reference };

    expect(refused(reads)).toBe(
      `The secret VENDOR_KEY of the work refers to ${shown}, which the local stack does not have. Set a value for this machine in .env: VENDOR_KEY=…`,
    );
    const { run, secrets } = described(reads, { VENDOR_KEY: 'mine' });
    expect(run?.WORK_SECRET_VENDOR_KEY).toBe(arn);
    expect(secrets).toMatchObject([{ arn, value: 'mine' }]);
  });

  it('that the template leaves empty needs a value of .env', () => {
    expect(refused(READS, {}, Vendor({}))).toContain('VENDOR_KEY=…');
  });

  it('is set by its own name, to one value', () => {
    expect(refused(READS, { WORK_SECRET_VENDOR_KEY: 'mine' }, generated)).toBe(
      ".env sets WORK_SECRET_VENDOR_KEY. Set the secret's value instead: VENDOR_KEY=…",
    );
    const twice = { ...READS, WORK_SECRET_SAME: { Ref: 'Vendor' } };
    const message = refused(twice, { VENDOR_KEY: 'mine', SAME: 'yours' }, generated);
    expect(message).toContain('VENDOR_KEY and SAME are one secret, but have different values in .env.');
    expect(message).not.toMatch(/mine|yours/);
    expect(described(twice, { SAME: 'yours' }, generated).secrets).toMatchObject([{ value: 'yours' }]);
  });

  it('that the template gets wrong is refused without its value', () => {
    expect(refused(READS, {}, Vendor({ SecretString: ['hunter2'] }))).toBe(
      'The secret VENDOR_KEY of the work refers to {"Ref":"Vendor"}, which the local stack cannot create (Resources.Vendor.Properties.SecretString: this is not a string). Set a value for this machine in .env: VENDOR_KEY=…',
    );
  });
});
