import * as z from 'zod';
import type { FunctionName } from '../lambda/contract/settings.ts';
import type {
  FunctionDescription,
  MappingDescription,
  PipelineDescription,
  ScheduleDescription,
} from './app-description.ts';
import { describeApi, functionArn, type OfType } from './describe-api.ts';
import { describeVariables } from './describe-variables.ts';
import type { EnvFile } from './env-file.ts';
import type { FoundPipeline, PipelineResource } from './find-pipelines.ts';
import { PropertyReader } from './property-reader.ts';
import { arn, physicalName, type References } from './references.ts';
import { TemplateError } from './template-error.ts';

const FUNCTION_PARTS: readonly string[] = [
  'submit',
  'run',
  'deliver',
  'wake',
  'task-status',
  'complete-task',
  'authorize',
] satisfies readonly FunctionName[];

const TABLES = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];

/**
 * Describes a pipeline from the resources that carry its mark.
 *
 * @param envFile replaces, here only, values that the template gives to the work
 * @throws LocalValueError if the work needs a value that neither the templates nor the file have
 */
export function describePipeline(
  pipeline: FoundPipeline,
  references: References,
  envFile: EnvFile,
): PipelineDescription {
  const { resources } = pipeline;
  const reader = ({ logicalId, resource, stack }: PipelineResource) =>
    new PropertyReader(logicalId, resource, references.in(stack));
  const ofType: OfType = (type, describe) =>
    resources
      .filter(({ resource }) => resource.type === type)
      .map((found) => describe(reader(found), found.logicalId));
  const ref = (part: string, ...types: readonly string[]) => {
    const found = resources.find((one) => one.part === part && types.includes(one.resource.type));
    if (found === undefined) {
      throw new TemplateError(`The pipeline ${pipeline.name} has no ${part} of type ${types.join(' or ')}`);
    }
    return String(references.in(found.stack).value(found.logicalId, undefined));
  };
  return {
    name: pipeline.name,
    id: pipeline.id,
    stackName: pipeline.stackName,
    functions: resources
      .filter(({ part, resource }) => resource.type === 'AWS::Lambda::Function' && isFunctionPart(part))
      .map((found) => describeFunction(reader(found), found, envFile)),
    mappings: ofType('AWS::Lambda::EventSourceMapping', describeMapping),
    ...describeApi(ofType),
    schedules: ofType('AWS::Events::Rule', describeSchedule).flat(),
    ledgerTable: ref('ledger', ...TABLES),
    queueUrls: {
      tasks: ref('tasks', 'AWS::SQS::Queue'),
      callbacks: ref('callbacks', 'AWS::SQS::Queue'),
      'dead-letters': ref('dead-letters', 'AWS::SQS::Queue'),
    },
    masterSecretArn: ref('master-secret', 'AWS::SecretsManager::Secret'),
  };
}

/** An app may add functions of its own below the construct. */
function isFunctionPart(part: string): part is FunctionName {
  return FUNCTION_PARTS.includes(part);
}

function describeFunction(
  read: PropertyReader,
  { stack, logicalId, part }: PipelineResource,
  envFile: EnvFile,
): FunctionDescription {
  const name = physicalName(stack, logicalId);
  return {
    logicalId,
    part: part as FunctionName,
    name,
    arn: arn('lambda', `function:${name}`),
    codeDirectory: stack.assetDirectory(read.property('Code', z.object({ S3Key: z.string() })).S3Key),
    handler: read.property('Handler', z.string()),
    timeoutSeconds: read.property('Timeout', z.number().default(3)),
    memoryMegabytes: read.property('MemorySize', z.number().default(128)),
    environment: describeVariables(read, { runsTasks: part === 'run', envFile }),
  };
}

function describeMapping(read: PropertyReader): MappingDescription {
  return {
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
  };
}

function describeSchedule(read: PropertyReader): ScheduleDescription[] {
  const everySeconds = parseRate(
    read.property('ScheduleExpression', z.string()),
    read.path('ScheduleExpression'),
  );
  return read
    .property('Targets', z.array(z.object({ Arn: z.string() })))
    .map((target) => ({ everySeconds, functionArn: functionArn(target.Arn) }));
}

const SECONDS_PER_UNIT = { minute: 60, hour: 3_600, day: 86_400 } as const;

function parseRate(expression: string, path: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined) {
    throw new TemplateError(`${path}: the local stack knows rate(… minutes|hours|days), not ${expression}`);
  }
  return Number(count) * SECONDS_PER_UNIT[unit as keyof typeof SECONDS_PER_UNIT];
}
