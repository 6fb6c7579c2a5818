import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
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
});
