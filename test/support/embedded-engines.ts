import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { Ledger } from '../../lambda/ledger/ledger.ts';
import { type Envelope, type Queue, sqsQueue } from '../../lambda/queue/queue.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import type { ReceivedMessage } from '../../local/sqs-calls.ts';
import { startDynamodb, startSqs, type TestDynamodb, type TestSqs } from './external-engines.ts';

/** A ledger whose table is its own. */
export interface TestLedger {
  readonly ledger: Ledger;
  readonly table: string;
  /** Every item of the table, in no order. */
  items(): Promise<Record<string, unknown>[]>;
}

/** A queue of its own. */
export interface TestQueue {
  readonly queue: Queue;
  readonly url: string;
  /** What was sent one by one, also what is still delayed. */
  readonly sent: readonly Envelope[];
  /** The messages that can be received now, up to ten; they stay invisible for 30 s. */
  receive(): Promise<readonly ReceivedMessage[]>;
  /** The bodies of the messages that can be received now. */
  bodies(): Promise<unknown[]>;
}

/** The local stack's DynamoDB and SQS, on ports of their own, or those that the environment names. */
export interface EmbeddedEngines {
  readonly dynamodb: TestDynamodb;
  readonly sqs: TestSqs;
  newLedger(): Promise<TestLedger>;
  /** @param attributes as SQS's CreateQueue takes them */
  newQueue(attributes?: Readonly<Record<string, string>>): Promise<TestQueue>;
  stop(): Promise<void>;
}

export async function startEmbeddedEngines(): Promise<EmbeddedEngines> {
  const directory = mkdtempSync(join(tmpdir(), 'embedded-engines-'));
  const dynamodb = await startDynamodb(directory);
  const sqs = await startSqs();
  const client = new SQSClient({ endpoint: sqs.endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });

  return {
    dynamodb,
    sqs,

    async newLedger() {
      const table = `ledger-${randomUUID()}`;
      await dynamodb.createTable({
        logicalId: 'Ledger',
        name: table,
        partitionKey: 'pk',
        sortKey: 'sk',
        attributeTypes: { pk: 'S', sk: 'S' },
        timeToLiveAttribute: 'expires_at',
      });
      return {
        ledger: dynamoLedger(dynamodb.client, table),
        table,
        async items() {
          const { Items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: table }));
          return Items.map((item) => unmarshall(item));
        },
      };
    },

    async newQueue(attributes = {}) {
      const name = `queue-${randomUUID()}`;
      const url = `${sqs.endpoint}/000000000000/${name}`;
      await sqs.createQueue({ logicalId: 'Queue', name, arn: '', url, attributes });
      const receive = () => sqs.receive(url, 10, false);
      const queue = sqsQueue(client, url);
      const sent: Envelope[] = [];
      return {
        queue: {
          ...queue,
          async send(envelope) {
            await queue.send(envelope);
            sent.push(envelope);
          },
        },
        sent,
        url,
        receive,
        bodies: async () => (await receive()).map(({ Body }) => JSON.parse(Body)),
      };
    },

    async stop() {
      client.destroy();
      await Promise.all([dynamodb.stop(), sqs.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
