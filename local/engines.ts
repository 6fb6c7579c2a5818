import type { AppDescription } from './app-description.ts';
import { DynamodbEngine } from './dynamodb-engine.ts';
import type { EngineCalls } from './engine-calls.ts';
import { S3Engine } from './s3-engine.ts';
import { SecretsEngine } from './secrets-engine.ts';
import type { SqsCalls } from './sqs-calls.ts';
import { SqsEngine } from './sqs-engine.ts';
import type { StateDirectory } from './state-directory.ts';

/** Where SDK clients reach the engines; any credentials will do. */
export interface EngineEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly s3: string;
  readonly secretsManager: string;
  readonly sns: string;
}

/** The engines that replace AWS's services. All pipelines of an app share them. */
export interface Engines {
  readonly sqs: SqsCalls;
  readonly dynamodb: Pick<DynamodbEngine, 'client'>;
  readonly secrets: SecretsEngine;
  readonly endpoints: EngineEndpoints;
  /** What functions call for each task. */
  readonly calls: EngineCalls;
  /** Creates the queues, topics, buckets, tables and secrets that do not exist yet. */
  create(description: Omit<AppDescription, 'pipelines'>): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the engines with what earlier runs left in the state folder.
 *
 * @throws DamagedStateError if a file of the state folder cannot be read
 */
export async function startEngines(state: Pick<StateDirectory, 'file'>): Promise<Engines> {
  const starting = [
    SqsEngine.start(),
    S3Engine.start(state.file('s3')),
    DynamodbEngine.start(state.file('ledger')),
    SecretsEngine.start(state.file('secrets.json')),
  ] as const;
  try {
    const [sqs, s3, dynamodb, secrets] = await Promise.all(starting);
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
      calls: new Map([
        [sqs.endpoint, sqs.operations],
        [dynamodb.endpoint, dynamodb.operations],
      ]),
      async create({ queues, topics, buckets, tables, secrets: descriptions }) {
        secrets.create(descriptions);
        for (const queue of queues) await sqs.createQueue(queue);
        for (const topic of topics) await sqs.createTopic(topic);
        for (const { name } of buckets) s3.createBucket(name);
        await Promise.all(tables.map((table) => dynamodb.createTable(table)));
      },
      stop: () => stopAll(starting),
    };
  } catch (error) {
    await stopAll(starting);
    throw error;
  }
}

/** Those that did not start need not stop. */
async function stopAll(starting: readonly Promise<{ stop(): Promise<void> }>[]): Promise<void> {
  const started = await Promise.allSettled(starting);
  await Promise.all(
    started.map((engine) => (engine.status === 'fulfilled' ? engine.value.stop() : undefined)),
  );
}
