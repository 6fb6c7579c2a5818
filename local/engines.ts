import type { AppDescription } from './app-description.ts';
import { readAssembly } from './assembly.ts';
import { describeApp } from './describe-app.ts';
import { DynamodbEngine } from './dynamodb-engine.ts';
import type { EnvFile } from './env-file.ts';
import { S3Engine } from './s3-engine.ts';
import { SecretsEngine } from './secrets-engine.ts';
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

/** What stands in for AWS's services, with the template's queues, topics, tables, buckets and secrets in place. */
export interface Engines {
  readonly sqs: SqsEngine;
  readonly dynamodb: DynamodbEngine;
  readonly secrets: SecretsEngine;
  readonly endpoints: EngineEndpoints;
  /** The template's resources under their local names, ARNs and URLs. */
  readonly description: AppDescription;
  stop(): Promise<void>;
}

/**
 * Starts the engines and creates in them what the template has.
 *
 * @param envFile replaces, here only, values that the template gives to the work
 * @throws LocalValueError if the work needs a value that neither the template nor the file has
 */
export async function startEngines(
  assemblyDirectory: string,
  state: StateDirectory,
  apiUrl: string,
  envFile?: EnvFile,
): Promise<Engines> {
  const assembly = readAssembly(assemblyDirectory);
  const sqs = await SqsEngine.start();
  const started: { stop(): Promise<void> }[] = [sqs];
  const stop = async () => {
    await Promise.all(started.map((engine) => engine.stop()));
  };
  try {
    const s3 = await S3Engine.start(state.file('s3'));
    started.push(s3);
    const description = describeApp(
      assembly,
      { api: () => apiUrl, s3: s3.endpoint, sqs: sqs.endpoint },
      envFile,
    );
    const secrets = await SecretsEngine.start(state.file('secrets.json'), description.secrets);
    started.push(secrets);
    const dynamodb = await DynamodbEngine.start(state.file('ledger'));
    started.push(dynamodb);
    for (const queue of description.queues) await sqs.createQueue(queue);
    for (const topic of description.topics) await sqs.createTopic(topic);
    for (const { name } of description.buckets) s3.createBucket(name);
    for (const table of description.tables) await dynamodb.createTable(table);
    const endpoints = {
      sqs: sqs.endpoint,
      dynamodb: dynamodb.endpoint,
      s3: s3.endpoint,
      secretsManager: secrets.endpoint,
      sns: sqs.endpoint,
    };
    return { sqs, dynamodb, secrets, endpoints, description, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
