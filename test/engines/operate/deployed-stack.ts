/** As much of the stack as ops and the console work on, made by the SDK in whatever AWS the environment names. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { outputsOf } from '../../support/stack-outputs.ts';

const NAMESPACE = 'Callbacks/Pipeline';

/** The stack's outputs, by their names. */
export type Outputs = Readonly<Record<string, string>>;

/** @returns the file with its outputs, as `cdk deploy --outputs-file` writes it */
export async function deployStack(): Promise<{ readonly file: string; readonly outputs: Outputs }> {
  await new DynamoDBClient().send(
    new CreateTableCommand({
      TableName: 'Callbacks-Ledger',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const { ARN = '' } = await new SecretsManagerClient().send(
    new CreateSecretCommand({
      Name: 'Callbacks-Master',
      SecretString: JSON.stringify({ current: 'm'.repeat(64) }),
    }),
  );
  await new CloudWatchClient().send(
    new PutMetricDataCommand({
      Namespace: NAMESPACE,
      MetricData: [
        {
          MetricName: 'CallbackSuccess',
          StatisticValues: { SampleCount: 9, Sum: 7, Minimum: 0, Maximum: 1 },
          Timestamp: new Date(Date.now() - 300_000),
        },
      ],
    }),
  );
  const outputs = outputsOf({
    auth: 'iam',
    callbacks_queue_url: await newQueue('Callbacks-Callbacks'),
    dead_letter_queue_url: await newQueue('Callbacks-DeadLetters'),
    ledger_table: 'Callbacks-Ledger',
    master_secret_arn: ARN,
    metrics_namespace: NAMESPACE,
    tasks_queue_url: await newQueue('Callbacks-Tasks'),
  });
  const file = join(mkdtempSync(join(tmpdir(), 'deployed-stack-')), 'outputs.json');
  writeFileSync(file, JSON.stringify({ Callbacks: outputs }));
  return { file, outputs };
}

async function newQueue(QueueName: string): Promise<string> {
  const { QueueUrl = '' } = await new SQSClient().send(new CreateQueueCommand({ QueueName }));
  return QueueUrl;
}
