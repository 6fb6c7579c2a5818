import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { CallbackCompletion } from '../../lib/callback-completion.ts';
import { SettingError } from '../../lib/setting-error.ts';
import { unbundledApp } from '../support/synthesize.ts';

function pipelineInShop() {
  const stack = new Stack(unbundledApp(), 'Shop');
  return { stack, pipeline: new CallbackCompletion(stack, 'Pipeline') };
}

const { stack, pipeline } = pipelineInShop();
const secret = new Secret(stack, 'Unused');

/** The names of the functions' variables that are not the product's: function → names. */
function addedVariables(of: Stack): Record<string, unknown> {
  const functions = Template.fromStack(of).findResources('AWS::Lambda::Function');
  return Object.fromEntries(
    Object.entries(functions).flatMap(([id, { Properties }]) => {
      const added = Object.entries(Properties.Environment.Variables).filter(([name]) =>
        /^(BUCKET|VENDOR_KEY|Level_2|WORK_SECRET_)/.test(name),
      );
      return added.length === 0 ? [] : [[id.replace(/[0-9A-F]{8}$/, ''), Object.fromEntries(added)]];
    }),
  );
}

describe('what the work finds in its environment', () => {
  it('is set for the run function, and for no other', () => {
    const shop = pipelineInShop();
    const bucket = new Bucket(shop.stack, 'Reports');
    const vendorKey = new Secret(shop.stack, 'VendorKey');

    shop.pipeline.work
      .addEnvironment('BUCKET', bucket.bucketName)
      .addEnvironment('Level_2', '')
      .addSecret('VENDOR_KEY', vendorKey);

    expect(addedVariables(shop.stack)).toEqual({
      PipelineRunFunction: {
        BUCKET: { Ref: expect.stringMatching(/^Reports/) },
        Level_2: '',
        WORK_SECRET_VENDOR_KEY: { Ref: expect.stringMatching(/^VendorKey/) },
      },
    });
  });

  it.each([
    'AWS_REGION',
    'AWS_LAMBDA_EXEC_WRAPPER',
    'LAMBDA_TASK_ROOT',
    'LEDGER_TABLE',
    'TASKS_QUEUE_URL',
    'RUN_TIMEOUT_SECONDS',
    'MAX_RUNS',
    'RETRY_SCHEDULE_SECONDS',
    'UV_THREADPOOL_SIZE',
    'WORK_SECRET_VENDOR_KEY',
  ])('has no variable %s of a task: Lambda or the product uses the name', (name) => {
    expect(() => pipeline.work.addEnvironment(name, 'value')).toThrow(
      new SettingError(
        `work.addEnvironment: got "${name}"; allowed is a name that neither Lambda nor the product uses`,
      ),
    );
  });

  it.each([
    '',
    '1ST',
    '_HANDLER',
    'MY-BUCKET',
    'MY BUCKET',
    'MY.BUCKET',
    'GRÖSSE',
    'BUCKET\n',
    'B'.repeat(129),
  ])('has no variable %j: it is not a name', (name) => {
    expect(() => pipeline.work.addEnvironment(name, 'value')).toThrow(
      new SettingError(
        `work.addEnvironment: got ${JSON.stringify(name)}; allowed is 1 to 128 letters, digits and underscores, beginning with a letter`,
      ),
    );
  });

  it.each(['', '1ST', '_KEY', 'VENDOR-KEY', 'VENDOR KEY', 'SCHLÜSSEL', 'KEY\n', 'K'.repeat(101)])(
    'has no secret %j: it is not a name',
    (name) => {
      expect(() => pipeline.work.addSecret(name, secret)).toThrow(
        new SettingError(
          `work.addSecret: got ${JSON.stringify(name)}; allowed is 1 to 100 letters, digits and underscores, beginning with a letter`,
        ),
      );
    },
  );

  it('has no variable and secret of the same name, since .env has one value for a name', () => {
    const { work } = pipelineInShop().pipeline;
    const taken = new SettingError(
      'work.addSecret: got "KEY"; allowed is a name that the work does not have yet',
    );

    work.addEnvironment('KEY', 'value');

    expect(() => work.addSecret('KEY', secret)).toThrow(taken);
  });

  it('never has the secret that callbacks are signed with', () => {
    const { masterSecret, work } = pipelineInShop().pipeline;

    expect(() => work.addSecret('SIGNING', masterSecret.secret)).toThrow(
      new SettingError(
        'work.addSecret: got "SIGNING"; allowed is any secret but the one that callbacks are signed with',
      ),
    );
  });

  it('grants nothing for a name that it refuses', () => {
    expect(addedVariables(stack)).toEqual({});
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain(
      'Unused',
    );
  });
});
