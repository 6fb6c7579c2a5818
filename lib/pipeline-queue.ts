import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnvironmentVariable } from '../lambda/contract/settings.ts';
import { ENVIRONMENT } from '../lambda/contract/variables.ts';
import type { Stage } from './stage.ts';

/** How long a message may wait for its stage. */
const QUEUE_RETENTION = Duration.days(4);

/**
 * How long a dead letter waits for an operator, SQS's longest. A message that SQS itself moves keeps the time
 * it was first sent, hence more than the queues' own retention.
 */
const DEAD_LETTER_RETENTION = Duration.days(14);

export interface DeadLetterQueueProps {
  /** The variable that tells a stage this queue's URL. */
  readonly urlVariable: EnvironmentVariable;

  /** What happens to the queue, with the messages in it, when it leaves the stack. */
  readonly removalPolicy: RemovalPolicy;

  /** The key that encrypts messages at rest; undefined: one that SQS owns. */
  readonly encryptionKey: IKey | undefined;
}

export interface PipelineQueueProps extends DeadLetterQueueProps {
  /**
   * How long a received message stays hidden from other receivers unless its stage says otherwise; also when
   * a message is tried again after its function crashed. At least the consuming function's timeout.
   */
  readonly visibilityTimeout: Duration;

  /** Receives after which SQS moves a message to the dead-letter queue by itself. */
  readonly maxReceiveCount: number;

  /** Where such messages go. */
  readonly deadLetterQueue: DeadLetterQueue;
}

export interface FeedProps {
  /** Messages handed to one invocation at most. */
  readonly batchSize: number;

  /** Invocations at once at most, 2 to 1,000 (SQS's limits). */
  readonly maxConcurrency: number;
}

/** A queue that is encrypted at rest and refuses requests without TLS. */
abstract class EncryptedQueue extends Construct {
  readonly queue: Queue;
  readonly #urlVariable: EnvironmentVariable;

  constructor(
    scope: Construct,
    id: string,
    { urlVariable, removalPolicy, encryptionKey }: DeadLetterQueueProps,
    queueProps: ConstructorParameters<typeof Queue>[2],
  ) {
    super(scope, id);
    this.#urlVariable = urlVariable;
    this.queue = new Queue(this, 'Queue', {
      ...(encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
      enforceSSL: true,
      removalPolicy,
      ...queueProps,
    });
  }

  /** Lets `stage` send to this queue, and tells it the queue's URL. */
  sentToBy(stage: Stage): void {
    stage.allow(['sqs:SendMessage'], this.queue.queueArn);
    this.knownTo(stage);
  }

  protected knownTo(stage: Stage): void {
    if (this.queue.encryptionMasterKey !== undefined) stage.useKey(this.queue.encryptionMasterKey);
    stage.set(this.#urlVariable, this.queue.queueUrl);
  }
}

/**
 * The pipeline's one dead-letter queue: what SQS or a stage gave up on, until an operator redrives it.
 *
 * It does not list the queues that may name it theirs (`RedriveAllowPolicy`): those name it already, and
 * CloudFormation makes no circles. Only a queue of the same account and region could.
 */
export class DeadLetterQueue extends EncryptedQueue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id, props, { retentionPeriod: DEAD_LETTER_RETENTION });
  }
}

/** A queue between two stages. Its messages say which task to advance; what to do is in the ledger. */
export class PipelineQueue extends EncryptedQueue {
  /** How long a received message stays hidden unless its stage says otherwise. */
  readonly visibilityTimeout: Duration;
  readonly #maxReceiveCount: number;

  constructor(scope: Construct, id: string, props: PipelineQueueProps) {
    super(scope, id, props, {
      retentionPeriod: QUEUE_RETENTION,
      visibilityTimeout: props.visibilityTimeout,
      deadLetterQueue: { queue: props.deadLetterQueue.queue, maxReceiveCount: props.maxReceiveCount },
    });
    this.visibilityTimeout = props.visibilityTimeout;
    this.#maxReceiveCount = props.maxReceiveCount;
  }

  /**
   * Makes `stage` the consumer of this queue. It answers with the messages that failed, it may put one of them
   * back for a time of its choosing, and it knows at which receive a message would go to the dead-letter queue.
   */
  feeds(stage: Stage, props: FeedProps): void {
    stage.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      this.queue.queueArn,
    );
    this.knownTo(stage);
    stage.set(ENVIRONMENT.maxReceiveCount, String(this.#maxReceiveCount));
    new EventSourceMapping(this, 'Feed', {
      target: stage.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
