import * as z from 'zod';
import type { StackDescription } from './app-description.ts';
import type { Assembly } from './assembly.ts';
import { API_TYPES, describeApi, functionArn } from './describe-api.ts';
import { describeSecret, withWorkSecrets } from './describe-secrets.ts';
import { describeTable } from './describe-table.ts';
import { describeVariables } from './describe-variables.ts';
import { type EnvFile, NO_ENV_FILE } from './env-file.ts';
import { type ReferenceValues, resolve } from './intrinsics.ts';
import { PropertyReader } from './property-reader.ts';
import { arn, type Endpoints, physicalName, queueUrl, referenceValues } from './references.ts';

/** Types that are about permission, encryption, the network or upkeep; leaving them out changes nothing that can be seen here. */
const SILENTLY_LEFT_OUT = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::EIP',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SecretsManager::ResourcePolicy',
  // Both act on AWS alone: when the stack is deleted, and on the default group of a VPC.
  'Custom::S3AutoDeleteObjects',
  'Custom::VpcRestrictDefaultSG',
]);

const RUN = [
  ...API_TYPES,
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
] as const;

type RunType = (typeof RUN)[number];

/**
 * Turns a template into what the local engines need to know, with every reference resolved.
 *
 * @param envFile replaces, here only, values that the template gives to the work
 * @throws LocalValueError if the work needs a value that neither the template nor the file has
 */
export function describeStack(
  assembly: Assembly,
  endpoints: Endpoints,
  envFile: EnvFile = NO_ENV_FILE,
): StackDescription {
  const values = referenceValues(assembly, endpoints);
  const ofType = <T>(type: RunType, describe: (read: PropertyReader, logicalId: string) => T): T[] =>
    [...assembly.resources]
      .filter(([, resource]) => resource.type === type)
      .map(([logicalId, resource]) => describe(new PropertyReader(logicalId, resource, values), logicalId));
  const nameOf = (logicalId: string) => physicalName(assembly, logicalId);

  const queues = ofType('AWS::SQS::Queue', (read, logicalId) => ({
    logicalId,
    name: nameOf(logicalId),
    arn: arn('sqs', nameOf(logicalId)),
    url: queueUrl(endpoints, nameOf(logicalId)),
    attributes: queueAttributes(read),
  }));
  const mappings = ofType('AWS::Lambda::EventSourceMapping', (read) => ({
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
  }));
  const functions = ofType('AWS::Lambda::Function', (read, logicalId) => ({
    logicalId,
    name: nameOf(logicalId),
    arn: arn('lambda', `function:${nameOf(logicalId)}`),
    codeDirectory: assembly.assetDirectory(read.property('Code', z.object({ S3Key: z.string() })).S3Key),
    handler: read.property('Handler', z.string()),
    timeoutSeconds: read.property('Timeout', z.number().default(3)),
    memoryMegabytes: read.property('MemorySize', z.number().default(128)),
    environment: describeVariables(read, arn('lambda', `function:${nameOf(logicalId)}`), {
      queues,
      mappings,
      envFile,
    }),
  }));
  const secrets = ofType('AWS::SecretsManager::Secret', (read, logicalId) =>
    describeSecret(read, logicalId, nameOf(logicalId)),
  );
  const table = (read: PropertyReader, logicalId: string) =>
    describeTable(read, logicalId, nameOf(logicalId));

  return {
    functions,
    queues,
    topics: ofType('AWS::SNS::Topic', (read, logicalId) => ({
      logicalId,
      name: nameOf(logicalId),
      attributes: topicAttributes(read),
    })),
    buckets: ofType('AWS::S3::Bucket', (_read, logicalId) => ({ logicalId, name: nameOf(logicalId) })),
    tables: [...ofType('AWS::DynamoDB::Table', table), ...ofType('AWS::DynamoDB::GlobalTable', table)],
    secrets: withWorkSecrets(secrets, functions, envFile),
    mappings,
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
  for (const name of ['FifoQueue', 'ContentBasedDeduplication']) {
    if (read.property(name, z.boolean().default(false))) attributes[name] = 'true';
  }
  for (const name of ['DeduplicationScope', 'FifoThroughputLimit']) {
    const value = read.property(name, z.string().optional());
    if (value !== undefined) attributes[name] = value;
  }
  const redrive = read.property(
    'RedrivePolicy',
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  );
  if (redrive !== undefined) attributes.RedrivePolicy = JSON.stringify(redrive);
  return attributes;
}

function topicAttributes(read: PropertyReader): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of ['FifoTopic', 'ContentBasedDeduplication']) {
    if (read.property(name, z.boolean().default(false))) attributes[name] = 'true';
  }
  return attributes;
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
