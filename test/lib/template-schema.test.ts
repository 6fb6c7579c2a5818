import { beforeAll, describe, expect, test } from 'vitest';
import { CHECKED_DEPLOYMENTS } from '../../bin/checked-deployments.ts';
import { synthesize } from '../support/synthesize.ts';
import { schemaViolations, type Template } from '../support/template-schema.ts';

/** The CDK validates the templates, too: no other test lets it (vitest.config.ts). */
beforeAll(() => {
  delete process.env.CDK_VALIDATION;
});

describe('the synthesized template', () => {
  test.each(CHECKED_DEPLOYMENTS)("is what CloudFormation's resource schema allows: $name", ({ settings }) => {
    expect(schemaViolations(synthesize(settings).toJSON() as Template)).toEqual([]);
  });

  test('is with every setting given, too', () => {
    const template = synthesize({
      retrySchedule: '1s,1s',
      deliveryDeadline: '5s',
      maxRuns: '1',
      runTimeout: '890s',
      runBatchSize: '10',
      runMemory: '10240',
      runConcurrency: '2',
      deliverConcurrency: '1000',
      retention: '1m',
      logRetentionDays: '1',
      allowedCallbackCidrs: '127.0.0.0/8,::1/128',
      alarmEmail: 'oncall@example.com',
      runbookUrl: 'https://wiki.example.com/runbook',
      removalPolicy: 'destroy',
    });

    expect(schemaViolations(template.toJSON() as Template)).toEqual([]);
  });
});

describe('the schema check', () => {
  const queue = (properties: Record<string, unknown>): Template => ({
    Resources: { Tasks: { Type: 'AWS::SQS::Queue', Properties: properties } },
  });
  const mapping = (properties: Record<string, unknown>): Template => ({
    Resources: { Feed: { Type: 'AWS::Lambda::EventSourceMapping', Properties: properties } },
  });

  test('passes what is right', () => {
    expect(schemaViolations(queue({ VisibilityTimeout: 60, QueueName: { 'Fn::Sub': 'any' } }))).toEqual([]);
  });

  test('finds an unknown resource type', () => {
    expect(schemaViolations({ Resources: { Tasks: { Type: 'AWS::SQS::Qeue' } } })).toEqual([
      'Tasks: unknown resource type AWS::SQS::Qeue',
    ]);
  });

  test('finds an unknown property', () => {
    expect(schemaViolations(queue({ VisibilityTimeOut: 60 }))).toEqual([
      'Tasks.VisibilityTimeOut: unknown property',
    ]);
  });

  test('finds a missing property', () => {
    expect(schemaViolations(mapping({}))).toEqual(['Feed.FunctionName: required and missing']);
  });

  test('finds a value of the wrong type', () => {
    expect(schemaViolations(queue({ VisibilityTimeout: '60', SqsManagedSseEnabled: 1 }))).toEqual([
      'Tasks.VisibilityTimeout: "60" is no integer',
      'Tasks.SqsManagedSseEnabled: 1 is no boolean',
    ]);
  });

  test('finds all of these deep down', () => {
    const template = mapping({
      FunctionName: 'run',
      ScalingConfig: { MaximumConcurency: 10 },
      FunctionResponseTypes: [true],
    });

    expect(schemaViolations(template)).toEqual([
      'Feed.ScalingConfig.MaximumConcurency: unknown property',
      'Feed.FunctionResponseTypes[0]: true is no string',
    ]);
  });

  test('finds references to nothing', () => {
    const template = mapping({
      FunctionName: { Ref: 'Run' },
      EventSourceArn: { 'Fn::GetAtt': ['Tasks', 'Arn'] },
    });

    expect(schemaViolations(template)).toEqual([
      '[0].Feed.Properties.FunctionName: Ref to Run, which does not exist',
      '[0].Feed.Properties.EventSourceArn: Fn::GetAtt of Tasks.Arn, which does not exist',
    ]);
  });

  test('finds a reference to an attribute that a resource does not have', () => {
    const template = {
      ...queue({}),
      Outputs: { Url: { Value: { 'Fn::GetAtt': ['Tasks', 'Url'] } } },
    };

    expect(schemaViolations(template)).toEqual([
      '[1].Url.Value: Fn::GetAtt of Tasks.Url, which does not exist',
    ]);
  });
});
