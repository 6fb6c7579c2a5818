import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { apiKeysIn } from '../../../lambda/ledger/api-keys.ts';
import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

let dynamodb: ScriptedServer | undefined;
afterEach(() => dynamodb?.close());

/** A reader of keys from a DynamoDB that gives this answer. */
async function keysFrom(item: object) {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  dynamodb = await startScriptedServer(answer(200, headers, JSON.stringify(item)));
  const client = new DynamoDBClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${dynamodb.port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { read: apiKeysIn(client, 'the-ledger'), requests: dynamodb.requests };
}

describe('the keys of clients', () => {
  it('are read consistently, so that one which was revoked a moment ago does not count', async () => {
    const { read, requests } = await keysFrom({ Item: { key_id: { S: '01' }, revoked_at_ms: { N: '5' } } });

    expect(await read('01')).toEqual({ key_id: '01', revoked_at_ms: 5 });
    expect(requests.map(({ body }) => JSON.parse(body))).toEqual([
      { TableName: 'the-ledger', Key: { pk: { S: 'api-keys' }, sk: { S: '01' } }, ConsistentRead: true },
    ]);
  });

  it('are undefined where there is none of that id', async () => {
    const { read } = await keysFrom({});

    expect(await read('02')).toBeUndefined();
  });
});
