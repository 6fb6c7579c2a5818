/**
 * The largest input or result as JSON, and the largest body that brings one, in bytes. With its keys it must fit a
 * DynamoDB item, and a result must fit a callback's body.
 */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/**
 * How deep JSON may nest, in levels of arrays and objects: `[[1]]` has two. What is parsed, written and compared here
 * is walked by recursive functions, and receivers' parsers have limits of their own (.NET's is 64).
 */
export const MAX_JSON_DEPTH = 64;

/** How long a task may be put off, in seconds: 30 days. */
export const MAX_DELAY_SECONDS = 2_592_000;

/** The most tasks that one batch may hold. */
export const MAX_BATCH_TASKS = 100;

/** The longest Idempotency-Key, in characters. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

/** The longest time limit that a task's definition may set for its work, in seconds: Lambda ends any invocation then. */
export const MAX_TASK_TIMEOUT_SECONDS = 900;

/** How long the outcome of work that is done elsewhere may be waited for, in seconds: 30 days. */
export const MAX_EXTERNAL_TIMEOUT_SECONDS = 2_592_000;

/** The longest type of a task's failure, in characters. */
export const MAX_FAILURE_TYPE_LENGTH = 100;

/** The longest message of a task's failure, in characters. */
export const MAX_FAILURE_MESSAGE_LENGTH = 1_000;

/** The longest delay that SQS takes on a message, in seconds. */
export const MAX_MESSAGE_DELAY_SECONDS = 900;

/** The most messages that SQS takes, or hands out, in one request. */
export const MESSAGES_PER_REQUEST = 10;
