import { CfnResource } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENT } from '../../lambda/environment.ts';
import { apiKeyKey, deadKey, entryKey, HANGS, payloadKey, timerKey } from '../../lambda/ledger/keys.ts';
import { CallbackCompletionStack } from '../../lib/callback-completion-stack.ts';
import { PARTITIONS } from '../../lib/ledger-table.ts';
import { synthesize, unbundledApp } from '../support/synthesize.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const template = synthesize();
const production = synthesize({ stage: 'prod' });
const apiKeys = synthesize({ auth: 'api-key' });
const jwt = synthesize({ auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'tasks' });

/** Deployments that differ in who may do what. */
const DEPLOYMENTS = Object.entries({ default: template, production, 'api-key': apiKeys, jwt });

function resources(type: string, of: Template = template): Resource[] {
  return Object.values(of.findResources(type)) as unknown as Resource[];
}

/** The values of a property, of all resources of a type. */
function values(type: string, property: string, of: Template = template): unknown[] {
  return resources(type, of).map(({ Properties }) => Properties?.[property]);
}

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
    const policies = resources('AWS::SQS::QueuePolicy');
    const statements = policies.flatMap(
      ({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
    );

    expect(policies).toHaveLength(resources('AWS::SQS::Queue').length);
    expect(statements).toEqual(
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

describe.each(DEPLOYMENTS)('the roles (%s)', (_name, of) => {
  const policies = resources('AWS::IAM::Policy', of).map(
    ({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
  );
  const statements = policies.flat();

  test('allow no action and no resource by a wildcard', () => {
    expect(statements.length).toBeGreaterThan(20);
    for (const { Effect, Action, Resource } of statements) {
      expect(Effect).toBe('Allow');
      expect(JSON.stringify([Action, Resource])).not.toContain('*');
    }
  });

  test('allow a call to the ledger for the kinds of items that the function deals with, and only those', () => {
    const patterns = new Set<string>(Object.values(PARTITIONS));
    for (const { Action, Condition } of statements) {
      if (!JSON.stringify(Action).includes('dynamodb:')) continue;
      expect(Condition).toEqual({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [expect.any(String)] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
        // DynamoDB would answer without TLS, too.
        Bool: { 'aws:SecureTransport': 'true' },
      });
      const [pattern] = (Condition as { 'ForAllValues:StringLike': Record<string, string[]> })[
        'ForAllValues:StringLike'
      ]['dynamodb:LeadingKeys'] as [string];
      expect(patterns).toContain(pattern);
    }
  });

  test('are taken on by Lambda alone, and have nothing besides their own policy', () => {
    const roles = resources('AWS::IAM::Role', of);
    expect(roles).toHaveLength(resources('AWS::Lambda::Function', of).length);
    for (const { Properties } of roles) {
      expect(Object.keys(Properties).sort()).toEqual(['AssumeRolePolicyDocument', 'Description']);
      expect(Properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      });
    }
  });
});

describe('the partitions that the roles know', () => {
  test('have the names that the ledger writes', () => {
    expect({
      tasks: [entryKey('7c').pk, payloadKey('7c', 'input#1').pk],
      timers: timerKey('7c', 0).pk,
      dead: deadKey('7c', 0).pk,
      hangs: HANGS,
      apiKeys: apiKeyKey('7c').pk,
    }).toEqual({
      tasks: ['task#7c', 'task#7c'],
      timers: expect.stringMatching(/^timer#[0-7]$/),
      dead: expect.stringMatching(/^dead#[0-7]$/),
      hangs: 'hangs',
      apiKeys: 'api-keys',
    });
    expect(PARTITIONS).toEqual({
      tasks: 'task#*',
      timers: 'timer#*',
      dead: 'dead#*',
      hangs: 'hangs',
      apiKeys: 'api-keys',
    });
  });
});

describe.each(DEPLOYMENTS)('the functions (%s)', (_name, of) => {
  const functions = resources('AWS::Lambda::Function', of);

  test('are invoked by one route of the API or the one rule of the clock, never by a URL of their own', () => {
    expect(resources('AWS::Lambda::Url', of)).toEqual([]);
    for (const { Properties } of resources('AWS::Lambda::Permission', of)) {
      expect(Properties).toMatchObject({
        Action: 'lambda:InvokeFunction',
        Principal: expect.stringMatching(/^(apigateway|events)\.amazonaws\.com$/),
        // The asterisks in it are the API's stage and the method: `…:API/*/*/api/tasks`.
        SourceArn: expect.anything(),
      });
    }
  });

  test('are told where things are, and no secret', () => {
    const known = new Set<string>([...Object.values(ENVIRONMENT), 'POWERTOOLS_SERVICE_NAME']);
    for (const { Properties } of functions) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      // Names of ours only: none that Lambda reserves, and none that changes how Node starts.
      expect(Object.keys(Variables).filter((variable) => !known.has(variable))).toEqual([]);
    }
    expect(JSON.stringify(of.toJSON())).not.toContain('{{resolve:');
  });

  test('do not call each other in circles unseen: Lambda ends such a loop, and nobody switched that off', () => {
    for (const { Properties } of functions) expect(Properties).not.toHaveProperty('RecursiveLoop');
  });

  test('are traced nowhere: an X-Ray trace would carry the paths that callbacks go to', () => {
    for (const { Properties } of functions) expect(Properties).not.toHaveProperty('TracingConfig');
  });
});

describe.each(DEPLOYMENTS)('the API (%s)', (_name, of) => {
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
      at: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      method: '$context.httpMethod',
      route: '$context.routeKey',
      status: '$context.status',
      latency_ms: '$context.responseLatency',
      response_bytes: '$context.responseLength',
      authorizer_error: '$context.authorizer.error',
      integration_error: '$context.integrationErrorMessage',
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
      for (const { DeletionPolicy, UpdateReplacePolicy } of resources(type, production)) {
        expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
      }
    }
    expect(values('AWS::DynamoDB::Table', 'DeletionProtectionEnabled', production)).toEqual([true]);
    expect(new CallbackCompletionStack(unbundledApp({ stage: 'prod' }), 'Prod').terminationProtection).toBe(
      true,
    );
  });

  test('keeps its logs for a year, unless it is told otherwise', () => {
    expect(new Set(values('AWS::Logs::LogGroup', 'RetentionInDays', production))).toEqual(new Set([365]));
    const short = synthesize({ stage: 'prod', logRetentionDays: '90' });
    expect(new Set(values('AWS::Logs::LogGroup', 'RetentionInDays', short))).toEqual(new Set([90]));
  });

  test('cannot be told to destroy its ledger', () => {
    expect(() => synthesize({ stage: 'prod', removalPolicy: 'destroy' })).toThrow(
      'removalPolicy: got "destroy"; allowed is retain where stage=prod (to delete it all with the stack, deploy it with stage=dev first), for example removalPolicy=retain',
    );
  });
});

/** Values and ranges that the resource schema does not check: https://docs.aws.amazon.com, each service's limits. */
describe('values that AWS would refuse', () => {
  const variants = {
    default: template,
    production,
    lowest: synthesize({
      runTimeout: '1s',
      runMemory: '128',
      maxRuns: '1',
      runConcurrency: '2',
      retention: '1m',
    }),
    highest: synthesize({
      runTimeout: '890s',
      runMemory: '10240',
      maxRuns: '100',
      deliverConcurrency: '1000',
      logRetentionDays: '9999',
    }),
  };
  const between = (low: number, high: number) => (value: unknown) =>
    Number.isInteger(value) && Number(value) >= low && Number(value) <= high;

  test.each(Object.entries(variants))('are not in the template: %s', (_name, of) => {
    const allowed: [unknown[], (value: unknown) => boolean][] = [
      [values('AWS::Lambda::Function', 'Timeout', of), between(1, 900)],
      [values('AWS::Lambda::Function', 'MemorySize', of), between(128, 10_240)],
      [values('AWS::SQS::Queue', 'VisibilityTimeout', of).filter(isGiven), between(0, 43_200)],
      [values('AWS::SQS::Queue', 'MessageRetentionPeriod', of), between(60, 1_209_600)],
      [
        values('AWS::SQS::Queue', 'RedrivePolicy', of)
          .filter(isGiven)
          .map((policy) => (policy as { maxReceiveCount: number }).maxReceiveCount),
        between(1, 1_000),
      ],
      [
        values('AWS::Lambda::EventSourceMapping', 'ScalingConfig', of).map(
          (config) => (config as { MaximumConcurrency: number }).MaximumConcurrency,
        ),
        between(2, 1_000),
      ],
      [values('AWS::Lambda::EventSourceMapping', 'BatchSize', of), between(1, 10)],
      [values('AWS::Lambda::EventInvokeConfig', 'MaximumEventAgeInSeconds', of), between(60, 21_600)],
      [values('AWS::Lambda::EventInvokeConfig', 'MaximumRetryAttempts', of), between(0, 2)],
      [values('AWS::Lambda::Function', 'Runtime', of), (value) => value === 'nodejs24.x'],
      [values('AWS::ApiGatewayV2::Api', 'ProtocolType', of), (value) => value === 'HTTP'],
      [values('AWS::ApiGatewayV2::Integration', 'PayloadFormatVersion', of), (value) => value === '2.0'],
      [
        // CloudWatch's periods, where 9999 is for ever and is written as none.
        values('AWS::Logs::LogGroup', 'RetentionInDays', of),
        (value) => [undefined, 30, 365].includes(value as number),
      ],
    ];
    for (const [given, isAllowed] of allowed) {
      expect(given.length).toBeGreaterThan(0);
      expect(given.filter((value) => !isAllowed(value))).toEqual([]);
    }
  });

  test('are not in the variables of a function: 4 KB is what Lambda takes of them all', () => {
    const longest = synthesize({
      retrySchedule: Array.from({ length: 50 }, () => '604800s').join(','),
      deliveryDeadline: '30d',
      allowedCallbackCidrs: Array.from({ length: 20 }, () => `${'2001:'.repeat(7)}abcd/128`).join(','),
      allowedCallbackHosts: Array.from({ length: 50 }, () => `${'h'.repeat(21)}.example`).join(','),
    });
    // What a reference stands for is known once it is deployed; a queue's URL is about the longest.
    const REFERENCE = 'https://sqs.ap-southeast-2.amazonaws.com/123456789012/'.padEnd(54 + 80, 'q');
    for (const { Properties } of resources('AWS::Lambda::Function', longest)) {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> };
      const bytes = Object.entries(Variables).map(([name, value]) =>
        Buffer.byteLength(name + (typeof value === 'string' ? value : REFERENCE)),
      );
      expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(4_096);
    }
  });
});

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

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
    'AWS::DynamoDB::Table',
    'AWS::Events::Rule',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Lambda::Permission',
    'AWS::Logs::LogGroup',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'AWS::SecretsManager::Secret',
  ]);
});
