import { CfnResource } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';
import { synthesize, unbundledApp } from '../support/synthesize.ts';
import { DEPLOYMENTS, resources, statements, values } from '../support/template-resources.ts';

describe('at rest', () => {
  test("every queue is encrypted with SQS's own key", () => {
    expect(values('AWS::SQS::Queue', 'SqsManagedSseEnabled')).toEqual([true, true, true]);
  });

  test('the ledger is encrypted with the key that DynamoDB owns, the secret with that of Secrets Manager', () => {
    // What no key is named for is encrypted with the service's own: nothing can switch it off.
    expect(values('AWS::DynamoDB::Table', 'SSESpecification')).toEqual([undefined]);
    expect(values('AWS::SecretsManager::Secret', 'KmsKeyId')).toEqual([undefined]);
  });

  test('the ledger can be brought back to any second of the last 35 days', () => {
    expect(values('AWS::DynamoDB::Table', 'PointInTimeRecoverySpecification')).toEqual([
      { PointInTimeRecoveryEnabled: true },
    ]);
  });
});

describe('on the way', () => {
  test('every queue refuses whoever comes without TLS, whatever else allows it', () => {
    const policies = statements('AWS::SQS::QueuePolicy');

    expect(policies).toHaveLength(resources('AWS::SQS::Queue').length);
    expect(policies.flat()).toEqual(
      policies.map(() => ({
        Effect: 'Deny',
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Resource: { 'Fn::GetAtt': [expect.any(String), 'Arn'] },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      })),
    );
  });
});

describe.each(Object.entries(DEPLOYMENTS))('the API (%s)', (_name, of) => {
  test('has no route without an authorizer, and lets no web page of elsewhere call it', () => {
    const authorization = values('AWS::ApiGatewayV2::Route', 'AuthorizationType', of);

    expect(authorization).toHaveLength(9);
    for (const type of authorization) expect(['AWS_IAM', 'JWT', 'CUSTOM']).toContain(type);
    expect(values('AWS::ApiGatewayV2::Api', 'CorsConfiguration', of)).toEqual([undefined]);
  });
});

describe('the access log of the API', () => {
  const [settings] = values('AWS::ApiGatewayV2::Stage', 'AccessLogSettings');
  const { DestinationArn, Format } = settings as {
    readonly DestinationArn: unknown;
    readonly Format: string;
  };

  test('tells of each request its route, and neither its path nor its query string', () => {
    expect(JSON.parse(Format)).toEqual({
      request_id: '$context.requestId',
      ip: '$context.identity.sourceIp',
      route: '$context.routeKey',
      status: '$context.status',
      latency_ms: '$context.responseLatency',
      response_bytes: '$context.responseLength',
      errors: '$context.authorizer.error $context.integrationErrorMessage',
    });
    expect(Format).not.toMatch(
      /\$context\.(path|queryString|authorizer\.claims|identity\.(caller|userArn))/i,
    );
    // One request is one line.
    expect(Format).not.toContain('\n');
  });

  test('is kept as long as the other logs', () => {
    expect(DestinationArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^PipelineApiAccessLog/), 'Arn'] });
    expect(values('AWS::Logs::LogGroup', 'RetentionInDays')).toEqual([30, 30, 30, 30, 30, 30, 30]);
  });
});

describe('a deployment for development', () => {
  test('goes away with its stack, save the ledger and the secret', () => {
    const going = [...resources('AWS::SQS::Queue'), ...resources('AWS::Logs::LogGroup')];
    const staying = [...resources('AWS::DynamoDB::Table'), ...resources('AWS::SecretsManager::Secret')];

    expect(new Set(going.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['Delete']));
    expect(new Set(staying.map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(['Retain']));
    expect(values('AWS::DynamoDB::Table', 'DeletionProtectionEnabled')).toEqual([undefined]);
    expect(new CallbackCompletionStack(unbundledApp(), 'Dev').terminationProtection).toBe(false);
  });
});

describe('a deployment for production', () => {
  test('keeps everything that holds something, and refuses to be deleted', () => {
    const kept = [
      'AWS::SQS::Queue',
      'AWS::Logs::LogGroup',
      'AWS::DynamoDB::Table',
      'AWS::SecretsManager::Secret',
    ];
    for (const type of kept) {
      for (const { DeletionPolicy, UpdateReplacePolicy } of resources(type, DEPLOYMENTS.production)) {
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
      }
    }
    expect(values('AWS::DynamoDB::Table', 'DeletionProtectionEnabled', DEPLOYMENTS.production)).toEqual([
      true,
    ]);
    expect(new CallbackCompletionStack(unbundledApp({ stage: 'prod' }), 'Prod').terminationProtection).toBe(
      true,
    );
  });

  test('keeps its logs for a year, unless it is told otherwise', () => {
    expect(new Set(values('AWS::Logs::LogGroup', 'RetentionInDays', DEPLOYMENTS.production))).toEqual(
      new Set([365]),
    );
    const short = synthesize({ stage: 'prod', logRetentionDays: '90' });
    expect(new Set(values('AWS::Logs::LogGroup', 'RetentionInDays', short))).toEqual(new Set([90]));
  });

  test('cannot be told to destroy its ledger', () => {
    expect(() => synthesize({ stage: 'prod', removalPolicy: 'destroy' })).toThrow(
      'removalPolicy: got "destroy"; allowed is retain if stage=prod (to delete it all with the stack, deploy it with stage=dev first), for example removalPolicy=retain',
    );
  });
});

test('nothing is in the stack of which the tests here know nothing', () => {
  const stack = new CallbackCompletionStack(unbundledApp(), 'All');
  const types = new Set(
    stack.node
      .findAll()
      .filter((construct) => CfnResource.isCfnResource(construct))
      .map((construct) => (construct as CfnResource).cfnResourceType),
  );

  expect([...types].sort()).toEqual([
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Stage',
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::DynamoDB::Table',
    'AWS::Events::Rule',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Lambda::Permission',
    'AWS::Logs::LogGroup',
    'AWS::SNS::Topic',
    'AWS::SNS::TopicPolicy',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'AWS::SecretsManager::Secret',
  ]);
});
