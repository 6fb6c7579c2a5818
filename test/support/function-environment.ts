import type { EmbeddedEngines } from './embedded-engines.ts';

/**
 * Sets what the functions read from their environment while they are loaded: import a handler only after this.
 * The SDK's clients of this process then talk to the embedded engines, and the functions log nothing.
 */
export function setFunctionEnvironment(
  { dynamodb, sqs }: EmbeddedEngines,
  variables: Readonly<Record<string, string>>,
): void {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL_SQS: sqs.endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    CALLBACK_TIMEOUT_SECONDS: '15',
    DELIVERY_DEADLINE_SECONDS: '259200',
    RETENTION_SECONDS: '2592000',
    MAX_RUNS: '3',
    CALLBACK_FORMAT: 'task',
    API_URL: 'https://api.example.com',
    AUTH: 'iam',
    ALLOWED_CALLBACK_HOSTS: '*',
    METRICS_NAMESPACE: 'tests',
    ...variables,
  });
}
