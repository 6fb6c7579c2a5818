import { readAssembly } from './assembly.ts';
import { describeStack } from './describe-stack.ts';
import { DynamodbEngine } from './dynamodb-engine.ts';
import { SecretsEngine } from './secrets-engine.ts';
import { SqsEngine } from './sqs-engine.ts';
import type { StackDescription } from './stack-description.ts';
import type { StateDirectory } from './state-directory.ts';

/** Where SDK clients reach the engines; any credentials will do. */
export interface EngineEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
}

/** What stands in for AWS's services, with the template's queues, tables and secrets in place. */
export interface Engines {
  readonly sqs: SqsEngine;
  readonly dynamodb: DynamodbEngine;
  readonly secrets: SecretsEngine;
  readonly endpoints: EngineEndpoints;
  /** The template's resources under their local names, ARNs and URLs. */
  readonly description: StackDescription;
  stop(): Promise<void>;
}

export async function startEngines(
  assemblyDirectory: string,
  state: StateDirectory,
  apiUrl: string,
): Promise<Engines> {
  const assembly = readAssembly(assemblyDirectory);
  const sqs = await SqsEngine.start();
  const started: { stop(): Promise<void> }[] = [sqs];
  const stop = async () => {
    await Promise.all(started.map((engine) => engine.stop()));
  };
  try {
    const description = describeStack(assembly, { api: apiUrl, sqs: sqs.endpoint });
    const secrets = await SecretsEngine.start(state.file('secrets.json'), description.secrets);
    started.push(secrets);
    const dynamodb = await DynamodbEngine.start(state.file('ledger'));
    started.push(dynamodb);
    for (const queue of description.queues) await sqs.createQueue(queue);
    for (const table of description.tables) await dynamodb.createTable(table);
    const endpoints = {
      sqs: sqs.endpoint,
      dynamodb: dynamodb.endpoint,
      secretsManager: secrets.endpoint,
    };
    return { sqs, dynamodb, secrets, endpoints, description, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
