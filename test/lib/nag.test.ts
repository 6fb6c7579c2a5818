import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { CHECKED_DEPLOYMENTS } from '../../bin/checked-deployments.ts';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';
import { nagReport } from '../../lib/nag.ts';
import { unbundledApp } from '../support/synthesize.ts';

describe('what AwsSolutions finds', () => {
  test.each(CHECKED_DEPLOYMENTS)('is acknowledged with a reason, or mended: $name', ({ settings }) => {
    const app = unbundledApp(settings);
    new CallbackCompletionStack(app, 'CallbackCompletion');

    const { rules, applied, findings } = nagReport(app);

    expect(rules).toBeGreaterThan(100);
    expect(applied).toBeGreaterThan(8);
    expect(findings.map(({ rule, resource }) => `${rule} ${resource}`)).toEqual([
      'AwsSolutions-SMG4 CallbackCompletion/Pipeline/MasterSecret/Secret/Resource',
    ]);
    for (const { reason = '' } of findings) expect(reason.length).toBeGreaterThan(50);
  });
});

describe('the check', () => {
  function appWithOpenQueue() {
    const app = new App();
    const queue = new Queue(new Stack(app, 'Shop'), 'Orders');
    return { app, queue };
  }

  test('finds what nobody has acknowledged', () => {
    const found = nagReport(appWithOpenQueue().app).findings;

    expect(found.map(({ rule, resource, reason }) => [rule, resource, reason])).toEqual([
      ['AwsSolutions-SQS3', 'Shop/Orders/Resource', undefined],
      ['AwsSolutions-SQS4', 'Shop/Orders/Resource', undefined],
    ]);
  });

  test('knows an acknowledgement at the construct, for the one rule that it names', () => {
    const { app, queue } = appWithOpenQueue();
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is one itself.' });

    expect(nagReport(app).findings.map(({ rule, reason }) => [rule, reason])).toEqual([
      ['AwsSolutions-SQS3', 'It is one itself.'],
      ['AwsSolutions-SQS4', undefined],
    ]);
  });
});
