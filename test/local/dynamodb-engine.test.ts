import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { KeptTableError } from '../../local/create-table.ts';
import { DynamodbEngine } from '../../local/dynamodb-engine.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const TABLE = {
  logicalId: 'Ledger',
  name: 'ledger',
  partitionKey: 'pk',
  sortKey: 'sk',
  attributeTypes: { pk: 'S', sk: 'S' },
  timeToLiveAttribute: undefined,
};

/** What was thrown meanwhile where nobody could catch it: outside of a test, that ends the process. */
async function uncaughtDuring(story: () => Promise<void>): Promise<string[]> {
  const uncaught: string[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error.message));
  try {
    await story();
    await delay(50);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  }
  return uncaught;
}

/** The first half of a request. */
async function sendHalf(endpoint: string) {
  const text = JSON.stringify(UPDATE);
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const head = `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${text.length}\r\n\r\n`;
  socket.write(`${head}${text.slice(0, 40)}`);
  return socket;
}

/** One that waits for its turn: there is but one item. */
const UPDATE = {
  TableName: 'ledger',
  Key: { pk: { S: '1' }, sk: { S: '0' } },
  UpdateExpression: 'ADD #count :one',
  ExpressionAttributeNames: { '#count': 'count' },
  ExpressionAttributeValues: { ':one': { N: '1' } },
};

describe('the local DynamoDB', () => {
  it('ends what it is at work on before it closes its tables, though nobody waits for it any more', async () => {
    const uncaught = await uncaughtDuring(async () => {
      const engine = await DynamodbEngine.start(temporaryDirectory());
      await engine.createTable(TABLE);
      // Of a function that was ended.
      const ended = new DynamoDBClient({
        endpoint: engine.endpoint,
        region: REGION,
        credentials: LOCAL_CREDENTIALS,
      });
      const update = new UpdateItemCommand(UPDATE);
      await Promise.race(Array.from({ length: 50 }, () => ended.send(update).catch(() => {})));
      ended.destroy();
      await engine.stop();
    });

    expect(uncaught).toEqual([]);
  });

  it('outlives who goes away in the middle of a request', async () => {
    const uncaught = await uncaughtDuring(async () => {
      const engine = await DynamodbEngine.start(temporaryDirectory());
      await engine.createTable(TABLE);
      const gone = await sendHalf(engine.endpoint);
      await delay(20);
      gone.destroy();
      await delay(20);

      const { TableName, Key } = UPDATE;
      expect((await engine.client.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();

      await sendHalf(engine.endpoint);
      await delay(20);
      await engine.stop();
    });

    expect(uncaught).toEqual([]);
  });

  const ORDERS = {
    logicalId: 'Orders',
    name: 'orders',
    partitionKey: 'customer',
    sortKey: 'number',
    attributeTypes: { customer: 'S', number: 'N', day: 'S', sum: 'N' },
    globalIndexes: [
      {
        IndexName: 'by-day',
        KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    localIndexes: [
      {
        IndexName: 'by-sum',
        KeySchema: [
          { AttributeName: 'customer', KeyType: 'HASH' },
          { AttributeName: 'sum', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['day'] },
      },
    ],
    timeToLiveAttribute: undefined,
  } as const;

  it('has the indexes of a table, and keeps them', async () => {
    const directory = temporaryDirectory();
    const first = await DynamodbEngine.start(directory);
    await first.createTable(ORDERS);
    for (const [number, sum] of [
      ['1', '30'],
      ['2', '20'],
    ] as const) {
      await first.client.send(
        new PutItemCommand({
          TableName: 'orders',
          Item: { customer: { S: 'c' }, number: { N: number }, day: { S: 'monday' }, sum: { N: sum } },
        }),
      );
    }
    await first.stop();

    const second = await DynamodbEngine.start(directory);
    await second.createTable(ORDERS);
    const query = async (IndexName: string, condition: string, value: string) => {
      const { Items = [] } = await second.client.send(
        new QueryCommand({
          TableName: 'orders',
          IndexName,
          KeyConditionExpression: `${condition} = :value`,
          ExpressionAttributeValues: { ':value': { S: value } },
          ...(condition === 'day' && {
            KeyConditionExpression: '#day = :value',
            ExpressionAttributeNames: { '#day': 'day' },
          }),
        }),
      );
      return Items;
    };

    expect((await query('by-day', 'day', 'monday')).map(({ number }) => number?.N).sort()).toEqual([
      '1',
      '2',
    ]);
    expect((await query('by-sum', 'customer', 'c')).map(({ sum }) => sum?.N)).toEqual(['20', '30']);
    await second.stop();
  });

  it('does not start with other indexes than a kept table has', async () => {
    const engine = await DynamodbEngine.start(temporaryDirectory());
    await engine.createTable(ORDERS);

    await expect(engine.createTable({ ...ORDERS, localIndexes: [] })).rejects.toThrow(
      new KeptTableError(
        "The table orders kept from an earlier run has these indexes: by-day (day; KEYS_ONLY), by-sum (customer, sum; INCLUDE day). The template's has: by-day (day; KEYS_ONLY).",
      ),
    );
    await expect(engine.createTable({ ...ORDERS, sortKey: undefined })).rejects.toThrow(KeptTableError);
    await engine.stop();
  });
});
