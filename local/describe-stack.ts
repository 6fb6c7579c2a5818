import * as z from 'zod';
import type { Assembly } from './assembly.ts';
import { API_TYPES, describeApi, functionArn } from './describe-api.ts';
import { type ReferenceValues, resolve } from './intrinsics.ts';
import { PropertyReader } from './property-reader.ts';
import { arn, type Endpoints, physicalName, queueUrl, referenceValues } from './references.ts';
import type { GeneratedSecret, StackDescription, TableDescription } from './stack-description.ts';

/** Types that are about permission or upkeep; leaving them out changes nothing that can be seen here. */
const SILENTLY_LEFT_OUT = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]);

const RUN = [
  ...API_TYPES,
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
] as const;

type RunType = (typeof RUN)[number];

/** Turns a template into what the local engines need to know, with every reference resolved. */
export function describeStack(assembly: Assembly, endpoints: Endpoints): StackDescription {
  const values = referenceValues(assembly, endpoints);
  const ofType = <T>(type: RunType, describe: (read: PropertyReader, logicalId: string) => T): T[] =>
    [...assembly.resources]
      .filter(([, resource]) => resource.type === type)
      .map(([logicalId, resource]) => describe(new PropertyReader(logicalId, resource, values), logicalId));
  const nameOf = (logicalId: string) => physicalName(assembly, logicalId);

  return {
    functions: ofType('AWS::Lambda::Function', (read, logicalId) => ({
      logicalId,
      name: nameOf(logicalId),
      arn: arn('lambda', `function:${nameOf(logicalId)}`),
      codeDirectory: assembly.assetDirectory(read.property('Code', z.object({ S3Key: z.string() })).S3Key),
      handler: read.property('Handler', z.string()),
      timeoutSeconds: read.property('Timeout', z.number().default(3)),
      memoryMegabytes: read.property('MemorySize', z.number().default(128)),
      environment: read.property(
        'Environment',
        z.object({ Variables: z.record(z.string(), z.string()).default({}) }).default({ Variables: {} }),
      ).Variables,
    })),
    queues: ofType('AWS::SQS::Queue', (read, logicalId) => ({
      logicalId,
      name: nameOf(logicalId),
      arn: arn('sqs', nameOf(logicalId)),
      url: queueUrl(endpoints, nameOf(logicalId)),
      attributes: queueAttributes(read),
    })),
    tables: ofType('AWS::DynamoDB::Table', (read, logicalId) =>
      describeTable(read, logicalId, nameOf(logicalId)),
    ),
    secrets: ofType('AWS::SecretsManager::Secret', (read, logicalId) => ({
      logicalId,
      name: nameOf(logicalId),
      arn: arn('secretsmanager', `secret:${nameOf(logicalId)}`),
      generate: describeGeneratedSecret(read),
    })),
    mappings: ofType('AWS::Lambda::EventSourceMapping', (read) => ({
      queueArn: read.property('EventSourceArn', z.string()),
      functionArn: functionArn(read.property('FunctionName', z.string())),
      batchSize: read.property('BatchSize', z.number().default(10)),
      batchingWindowSeconds: read.property('MaximumBatchingWindowInSeconds', z.number().default(0)),
      maximumConcurrency: read.property(
        'ScalingConfig',
        z.object({ MaximumConcurrency: z.number().optional() }).default({}),
      ).MaximumConcurrency,
      reportBatchItemFailures: read
        .property('FunctionResponseTypes', z.array(z.string()).default([]))
        .includes('ReportBatchItemFailures'),
    })),
    ...describeApi(ofType),
    schedules: ofType('AWS::Events::Rule', (read) => {
      const everySeconds = parseRate(
        read.property('ScheduleExpression', z.string()),
        read.path('ScheduleExpression'),
      );
      return read
        .property('Targets', z.array(z.object({ Arn: z.string() })))
        .map((target) => ({ everySeconds, functionArn: functionArn(target.Arn) }));
    }).flat(),
    outputs: resolvableOutputs(assembly, values),
    leftOut: [...new Set([...assembly.resources.values()].map(({ type }) => type))].filter(
      (type) => !SILENTLY_LEFT_OUT.has(type) && !(RUN as readonly string[]).includes(type),
    ),
  };
}

const QUEUE_NUMBERS = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
];

function queueAttributes(read: PropertyReader): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of QUEUE_NUMBERS) {
    const value = read.property(name, z.number().optional());
    if (value !== undefined) attributes[name] = String(value);
  }
  if (read.property('FifoQueue', z.boolean().default(false))) {
    throw new Error(`${read.path('FifoQueue')}: the local stack runs standard queues only`);
  }
  const redrive = read.property(
    'RedrivePolicy',
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  );
  if (redrive !== undefined) attributes.RedrivePolicy = JSON.stringify(redrive);
  return attributes;
}

function describeTable(read: PropertyReader, logicalId: string, name: string): TableDescription {
  const keys = read.property(
    'KeySchema',
    z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  );
  const attributes = read.property(
    'AttributeDefinitions',
    z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  );
  const key = (type: string) => keys.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const partitionKey = key('HASH');
  if (partitionKey === undefined) throw new Error(`${read.path('KeySchema')}: there is no HASH key`);
  const indexes = read.property('GlobalSecondaryIndexes', z.array(z.unknown()).default([]));
  if (indexes.length > 0) {
    throw new Error(`${read.path('GlobalSecondaryIndexes')}: the local stack makes tables without indexes`);
  }
  return {
    logicalId,
    name,
    partitionKey,
    sortKey: key('RANGE'),
    attributeTypes: Object.fromEntries(attributes.map((a) => [a.AttributeName, a.AttributeType])),
    timeToLiveAttribute: read.property(
      'TimeToLiveSpecification',
      z.object({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
    )?.AttributeName,
  };
}

function describeGeneratedSecret(read: PropertyReader): GeneratedSecret {
  const generate = read.property(
    'GenerateSecretString',
    z.strictObject({
      SecretStringTemplate: z.string(),
      GenerateStringKey: z.string(),
      PasswordLength: z.number().default(32),
      ExcludePunctuation: z.boolean().default(false),
      ExcludeCharacters: z.string().default(''),
    }),
  );
  return {
    secretStringTemplate: generate.SecretStringTemplate,
    generateStringKey: generate.GenerateStringKey,
    passwordLength: generate.PasswordLength,
    excludePunctuation: generate.ExcludePunctuation,
    excludeCharacters: generate.ExcludeCharacters,
  };
}

const SECONDS_PER_UNIT = { minute: 60, hour: 3_600, day: 86_400 } as const;

function parseRate(expression: string, path: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined) {
    throw new Error(`${path}: the local stack knows rate(… minutes|hours|days), not ${expression}`);
  }
  return Number(count) * SECONDS_PER_UNIT[unit as keyof typeof SECONDS_PER_UNIT];
}

/** Outputs are for people and tests; one that names something without a local counterpart is left out. */
function resolvableOutputs(assembly: Assembly, values: ReferenceValues): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, value] of assembly.outputs) {
    try {
      outputs[name] = String(resolve(value, `Outputs.${name}`, values));
    } catch {
      // Nothing here can stand for it.
    }
  }
  return outputs;
}
