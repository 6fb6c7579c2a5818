import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { CallbackFormat } from '../lambda/environment.ts';

/**
 * How a pipeline behaves. Everything has a default. The same names are CDK context settings of the app:
 * durations written `90s`, `5m`, `2h`, `3d`, lists separated by commas (`-c retrySchedule=5s,5m,30m`).
 */
export interface CallbackCompletionProps {
  /**
   * Waits between the attempts at a callback: the first after the first failed attempt, and so on; the last one
   * repeats. Each varies by ±20 %, so that callbacks that failed together do not come back together.
   *
   * 1 to 50 waits of 1 s to 7 d each, in whole seconds. The first must fit into `deliveryDeadline`.
   *
   * @default 5s,5m,30m,2h,5h,10h,14h,20h,24h (the schedule recommended by Standard Webhooks)
   */
  readonly retrySchedule?: readonly Duration[];

  /**
   * How long a callback is attempted, from the moment its outcome was stored. After the first failed attempt
   * past it the task is dead: in the dead-letter queue and in the ledger, from where it can be redriven.
   *
   * 1 s to 30 d, in whole seconds.
   *
   * @default 3d
   */
  readonly deliveryDeadline?: Duration;

  /**
   * How often a task's work is started at most. It is started again only when the function crashed or was
   * killed before an outcome was stored, or when the work asked for it; once an outcome is stored, never.
   * The tasks queue lets a message be received `maxRuns + 5` times before it is a dead letter.
   *
   * 1 to 100.
   *
   * @default 3
   */
  readonly maxRuns?: number;

  /**
   * How long one run of a task's work may take. Past it the work is ended and the outcome is `timeout`.
   * The run function's own timeout is 10 s longer, which leaves time to store the outcome.
   *
   * 1 s to 890 s, in whole seconds: Lambda ends any invocation after 900 s.
   *
   * @default 60s
   */
  readonly runTimeout?: Duration;

  /**
   * Memory of the run function in MB; CPU comes in proportion, one whole core at 1,769 MB.
   *
   * 128 to 10,240 (Lambda's limits; a new account may be held to 3,008 until it asks for more).
   *
   * @default 512
   */
  readonly runMemory?: number;

  /**
   * How many tasks run at once at most.
   *
   * 2 to 1,000 (the limits of an SQS event source mapping). The account's own limit on concurrent Lambda
   * invocations counts as well; nothing is reserved from it.
   *
   * @default 10
   */
  readonly runConcurrency?: number;

  /**
   * How many invocations deliver callbacks at once at most, each of them up to 10 callbacks in parallel.
   *
   * 2 to 1,000 (the limits of an SQS event source mapping).
   *
   * @default 20
   */
  readonly deliverConcurrency?: number;

  /**
   * How long a settled task and its result stay readable. DynamoDB removes what has expired within a few days.
   *
   * 1 m to 3650 d, in whole seconds.
   *
   * @default 30d
   */
  readonly retention?: Duration;

  /**
   * How many days CloudWatch keeps the functions' logs.
   *
   * One of the periods CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60, 90, … (`RetentionDays`).
   *
   * @default 30
   */
  readonly logRetentionDays?: RetentionDays;

  /**
   * The dialect of callbacks: of those whose request names no `callback_format` and whose task's definition names
   * no `callbackFormat`. docs/callbacks.md shows each.
   *
   * `task`, `job`, `beam-v1`, `beam-v2` or `standard`.
   *
   * @default task
   */
  readonly callbackFormat?: CallbackFormat;

  /**
   * Networks that callbacks may reach besides public addresses, also by plain http. For receivers on loopback
   * when the pipeline runs on a developer's machine; leave it unset on AWS.
   *
   * Up to 20 CIDRs, IPv4 or IPv6, with a prefix of at least 1 bit.
   *
   * @default - none; https alone
   */
  readonly allowedCallbackCidrs?: readonly string[];

  /**
   * What happens to the ledger and the master secret when they leave the stack: `RETAIN` or `DESTROY`
   * (as a context setting `retain` or `destroy`). Without the ledger the results and the undelivered
   * callbacks are lost, without the secret every receiver needs a new one.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy.RETAIN | RemovalPolicy.DESTROY;
}
