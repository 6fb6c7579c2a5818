/**
 * Environment variables by which the stack gives a function its resources. The variables of settings are derived from
 * the rows of `settings.ts`.
 */
export const ENVIRONMENT = {
  /** Name of the DynamoDB table that is the ledger. */
  ledgerTable: 'LEDGER_TABLE',
  /** URL of the queue whose messages say which task to run. */
  tasksQueueUrl: 'TASKS_QUEUE_URL',
  /** URL of the queue whose messages say which callback to deliver. */
  callbacksQueueUrl: 'CALLBACKS_QUEUE_URL',
  /** URL of the one dead-letter queue. */
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  /** ARN of the master secret; deliver alone reads it. */
  masterSecretArn: 'MASTER_SECRET_ARN',
  /** Base URL of the HTTP API, without a trailing slash. */
  apiUrl: 'API_URL',
  /** Receives after which SQS moves a message of this function's queue to the dead-letter queue. */
  maxReceiveCount: 'MAX_RECEIVE_COUNT',
  /** Read by Node itself: how many look-ups of names, among other things, are under way at once at most. */
  threadPoolSize: 'UV_THREADPOOL_SIZE',
  /** The CloudWatch namespace of this deployment's own metrics. */
  metricsNamespace: 'METRICS_NAMESPACE',
} as const;

export type ResourceVariable = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];
