import {
  DeleteTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueDescription, TableDescription } from '../../local/app-description.ts';
import { createTable } from '../../local/create-table.ts';
import { DynamodbEngine } from '../../local/dynamodb-engine.ts';
import type { Engines } from '../../local/engines.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { S3Engine } from '../../local/s3-engine.ts';
import { SecretsEngine } from '../../local/secrets-engine.ts';
import { SqsCalls } from '../../local/sqs-calls.ts';
import { SqsEngine } from '../../local/sqs-engine.ts';
import type { StateDirectory } from '../../local/state-directory.ts';

/** As much of a DynamoDB as tests need. */
export type TestDynamodb = Pick<DynamodbEngine, 'client' | 'createTable' | 'endpoint' | 'stop'>;

/** As much of an SQS as tests need. */
export type TestSqs = SqsCalls & Pick<SqsEngine, 'endpoint' | 'stop'>;

/** Environment variables with the URLs of engines that tests use in place of the embedded ones. */
export const DYNAMODB_URL = 'TEST_DYNAMODB_URL';
export const SQS_URL = 'TEST_SQS_URL';

/** @param directory where the embedded DynamoDB, if the environment names no other, keeps its tables */
export async function startDynamodb(directory: string): Promise<TestDynamodb> {
  const url = process.env[DYNAMODB_URL];
  return url === undefined ? await DynamodbEngine.start(directory) : new ExternalDynamodb(url);
}

/** Starts the embedded SQS, or uses the one that the environment names. */
export async function startSqs(): Promise<TestSqs> {
  const url = process.env[SQS_URL];
  return url === undefined ? await SqsEngine.start() : new ExternalSqs(url);
}

/** For `LocalStackSettings`: nothing if the environment names no engines, so that the embedded ones are started. */
export function enginesFromEnvironment(): {
  startEngines?: (state: Pick<StateDirectory, 'file'>) => Promise<Engines>;
} {
  const isNamed = process.env[DYNAMODB_URL] !== undefined || process.env[SQS_URL] !== undefined;
  return isNamed ? { startEngines } : {};
}

/** Engines of which some or all are not ours. Secrets Manager and S3 are always the embedded ones. */
async function startEngines(state: Pick<StateDirectory, 'file'>): Promise<Engines> {
  const [dynamodb, sqs, s3, secrets] = await Promise.all([
    startDynamodb(state.file('ledger')),
    startSqs(),
    S3Engine.start(state.file('s3')),
    SecretsEngine.start(state.file('secrets.json')),
  ]);
  return {
    sqs,
    dynamodb,
    secrets,
    endpoints: {
      sqs: sqs.endpoint,
      dynamodb: dynamodb.endpoint,
      s3: s3.endpoint,
      secretsManager: secrets.endpoint,
      sns: sqs.endpoint,
    },
    // All calls go by HTTP.
    calls: new Map(),
    async create({ queues, buckets, tables, secrets: descriptions }) {
      secrets.create(descriptions);
      for (const queue of queues) await sqs.createQueue(queue);
      for (const { name } of buckets) s3.createBucket(name);
      for (const table of tables) await dynamodb.createTable(table);
    },
    async stop() {
      await Promise.all([dynamodb.stop(), sqs.stop(), s3.stop(), secrets.stop()]);
    },
  };
}

/** A DynamoDB that runs elsewhere, and goes on running. */
class ExternalDynamodb implements TestDynamodb {
  readonly endpoint: string;
  readonly client: DynamoDBClient;

  constructor(endpoint: string) {
    this.endpoint = endpoint;
    this.client = new DynamoDBClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  }

  /** Creates the table. One with the same name, from an earlier test, is deleted first. */
  async createTable(table: TableDescription): Promise<void> {
    try {
      await this.client.send(new DeleteTableCommand({ TableName: table.name }));
      await waitUntilTableNotExists(
        { client: this.client, maxWaitTime: 30, minDelay: 1 },
        { TableName: table.name },
      );
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
    await createTable(this.client, table);
  }

  async stop(): Promise<void> {
    this.client.destroy();
  }
}

/** The SDK's commands have no common type that a client accepts. */
type Command = new (input: never) => ReceiveMessageCommand;

const COMMANDS: Readonly<Record<string, unknown>> = {
  CreateQueue: CreateQueueCommand,
  DeleteMessageBatch: DeleteMessageBatchCommand,
  DeleteQueue: DeleteQueueCommand,
  GetQueueUrl: GetQueueUrlCommand,
  ReceiveMessage: ReceiveMessageCommand,
  SendMessageBatch: SendMessageBatchCommand,
};

/** An SQS that runs elsewhere, and goes on running. */
class ExternalSqs extends SqsCalls implements TestSqs {
  readonly endpoint: string;
  readonly #client: SQSClient;
  readonly #stopped = new AbortController();

  constructor(endpoint: string) {
    super();
    this.endpoint = endpoint;
    this.#client = new SQSClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  }

  override async call<T = unknown>(action: string, input: Readonly<Record<string, unknown>>): Promise<T> {
    const Command = COMMANDS[action] as Command | undefined;
    if (Command === undefined) throw new Error(`Add ${action} to COMMANDS in external-engines.ts`);
    return (await this.#client.send(new Command(input as never), { abortSignal: this.#stopped.signal })) as T;
  }

  /** Creates the queue. One with the same name, from an earlier test, is deleted first. */
  override async createQueue(queue: QueueDescription): Promise<void> {
    try {
      const { QueueUrl } = await this.call<{ QueueUrl: string }>('GetQueueUrl', { QueueName: queue.name });
      await this.call('DeleteQueue', { QueueUrl });
    } catch (error) {
      if (!(error instanceof QueueDoesNotExist)) throw error;
    }
    await super.createQueue(queue);
  }

  /** Ends long polls, too: they fail. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#client.destroy();
  }
}
