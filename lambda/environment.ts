/**
 * The environment variables that the stack sets and the functions read. One list for both sides, so that
 * a name is never spelled twice.
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
  /** Waits between attempts at a callback, whole seconds separated by commas: `5,300,1800`. */
  retryScheduleSeconds: 'RETRY_SCHEDULE_SECONDS',
  /** How long a callback is attempted after its outcome was stored, in seconds. */
  deliveryDeadlineSeconds: 'DELIVERY_DEADLINE_SECONDS',
  /** The longest that any task's work may take, in seconds: `runTimeout` divided by `runBatchSize`. */
  runTimeoutSeconds: 'RUN_TIMEOUT_SECONDS',
  /** How often a task's work is started at most. */
  maxRuns: 'MAX_RUNS',
  /** Receives after which SQS moves a message of this function's queue to the dead-letter queue. */
  maxReceiveCount: 'MAX_RECEIVE_COUNT',
  /** How long a settled task stays readable, in seconds. */
  retentionSeconds: 'RETENTION_SECONDS',
  /** CIDRs, separated by commas, that callbacks may reach besides public addresses; also by plain http. */
  allowedCallbackCidrs: 'ALLOWED_CALLBACK_CIDRS',
  /** Names, addresses and `*.suffix`, separated by commas, that alone may be called; `*` where any may. */
  allowedCallbackHosts: 'ALLOWED_CALLBACK_HOSTS',
  /** Read by Node itself: how many look-ups of names, among other things, are under way at once at most. */
  threadPoolSize: 'UV_THREADPOOL_SIZE',
  /** The dialect of callbacks for which neither request nor task names one: one of `CALLBACK_FORMATS`. */
  callbackFormat: 'CALLBACK_FORMAT',
  /** Who vouches for the clients of the HTTP API: one of `AUTH_KINDS`. */
  auth: 'AUTH',
  /** The CloudWatch namespace of this deployment's own metrics. */
  metricsNamespace: 'METRICS_NAMESPACE',
} as const;

/** The metrics that the functions count themselves, without dimensions. docs/metrics.md tells what each costs. */
export const METRICS = {
  /**
   * Attempts at callbacks: 1 of one that was answered 2xx, 0 of one that failed. So its sample count is how many were
   * made, its sum how many were delivered, its average which share; and no outage leaves a part of that without data.
   */
  callbackSuccess: 'CallbackSuccess',
  /** From the outcome being stored to its callback being answered 2xx, of callbacks that never died. */
  callbackLatencyMs: 'CallbackLatencyMs',
  /** Messages that a stage could not handle by a fault of ours, and timers that could not be sent; they come back. */
  messagesFailed: 'MessagesFailed',
} as const;

export type MetricName = (typeof METRICS)[keyof typeof METRICS];

/**
 * What can vouch for a client: AWS (requests signed with Signature Version 4), an issuer of JSON Web Tokens, or the
 * keys that the deployment's operators make.
 */
export const AUTH_KINDS = ['iam', 'jwt', 'api-key'] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** How long API Gateway goes by an answer about a key, in seconds: so long may one still work that was revoked. */
export const API_KEY_REMEMBERED_SECONDS = 60;

/** The dialects in which a callback can be told, by the names that requests, tasks and deployments give them. */
export const CALLBACK_FORMATS = ['task', 'job', 'beam-v1', 'beam-v2', 'standard'] as const;
export type CallbackFormat = (typeof CALLBACK_FORMATS)[number];

export type EnvironmentVariable = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];
