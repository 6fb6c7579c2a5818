import type { FunctionDescription, MappingDescription } from './app-description.ts';
import type { EngineEndpoints } from './engines.ts';
import { LOCAL_CREDENTIALS, REGION } from './references.ts';

/** Environments at once of a function that no event source mapping limits. */
const DEFAULT_MAX_ENVIRONMENTS = 10;
/** More threads than this help nobody on one machine, whatever the template allows on AWS. */
const MOST_ENVIRONMENTS = 32;

/** The variables that a function finds: the template's, and those that Lambda and the SDK look for. */
export function functionEnvironment(
  fn: FunctionDescription,
  endpoints: EngineEndpoints,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    // A key of each function's own, as its role gives it: what stands before the engines can tell who calls.
    AWS_ACCESS_KEY_ID: fn.logicalId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    AWS_ENDPOINT_URL_SNS: endpoints.sns,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    _HANDLER: fn.handler,
    ...fn.environment,
  };
}

/** What the event source mappings of a function allow together. */
export function maxEnvironments(fn: FunctionDescription, mappings: readonly MappingDescription[]): number {
  const limits = mappings
    .filter(({ functionArn }) => functionArn === fn.arn)
    .map(({ maximumConcurrency = DEFAULT_MAX_ENVIRONMENTS }) => maximumConcurrency);
  if (limits.length === 0) return DEFAULT_MAX_ENVIRONMENTS;
  return Math.min(
    MOST_ENVIRONMENTS,
    limits.reduce((sum, limit) => sum + limit, 0),
  );
}

/** Whether an invocation of the function may have several messages. */
export function takesBatches(fn: FunctionDescription, mappings: readonly MappingDescription[]): boolean {
  return mappings.some(({ functionArn, batchSize }) => functionArn === fn.arn && batchSize > 1);
}
