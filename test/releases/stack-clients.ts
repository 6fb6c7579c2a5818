import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { LocalStack } from '../../local/local-stack.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import type { QueueName, RecordedResources } from './recorded-release.ts';

/** A running stack's table, queues and secret, found by the logical ids that a release gave them. */
export interface StackClients {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly table: string;
  queueUrl(queue: QueueName): string;
  /** Replaces the master secret's string. Call it before the first callback: deliver caches what it read. */
  setMasterSecret(value: string): Promise<void>;
  close(): void;
}

/**
 * On AWS, items and messages stay with the logical id of their table or queue.
 *
 * @throws Error if the stack has no resource of one of those ids
 */
export function clientsOf(
  { endpoints, description }: Pick<LocalStack, 'endpoints' | 'description'>,
  { parts }: RecordedResources,
): StackClients {
  const settings = (endpoint: string) => ({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  const dynamodb = new DynamoDBClient(settings(endpoints.dynamodb));
  const sqs = new SQSClient(settings(endpoints.sqs));
  const secretsManager = new SecretsManagerClient(settings(endpoints.secretsManager));
  return {
    dynamodb,
    sqs,
    table: withId(description.tables, parts.ledger).name,
    queueUrl: (queue) => withId(description.queues, parts[queue]).url,
    async setMasterSecret(SecretString) {
      const { arn: SecretId } = withId(description.secrets, parts['master-secret']);
      await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
    close() {
      for (const client of [dynamodb, sqs, secretsManager]) client.destroy();
    },
  };
}

function withId<T extends { readonly logicalId?: string }>(resources: readonly T[], logicalId: string): T {
  const found = resources.find((resource) => resource.logicalId === logicalId);
  if (found === undefined) throw new Error(`The stack has no resource with the logical id ${logicalId}.`);
  return found;
}
