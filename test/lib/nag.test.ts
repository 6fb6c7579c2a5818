import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, test } from 'vitest';
import { CHECKED_DEPLOYMENTS } from '../../bin/checked-deployments.ts';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';
import { checkWithNag, nagReport } from '../../lib/nag.ts';
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

  test.each(CHECKED_DEPLOYMENTS)('lets the app be synthesized: $name', ({ settings }) => {
    const app = unbundledApp(settings);
    new CallbackCompletionStack(app, 'CallbackCompletion');
    checkWithNag(app);

    expect(() => app.synth()).not.toThrow();
  });
});

test('is looked for in every synthesis of the app', () => {
  expect(readFileSync(join(import.meta.dirname, '..', '..', 'bin', 'app.ts'), 'utf8')).toMatch(
    /checkWithNag\(app\);\n\s+app\.synth\(\);/,
  );
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

  test('ends the synthesis of an app in which something is found', () => {
    const { app } = appWithOpenQueue();
    checkWithNag(app);

    expect(() => app.synth()).toThrow('AwsSolutions-SQS4');
  });
});
