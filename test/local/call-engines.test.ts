import { randomUUID } from 'node:crypto';
import { DynamoDBClient, type DynamoDBClientConfig, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callEnginesBy } from '../../local/call-engines.mjs';
import { DynamodbEngine } from '../../local/dynamodb-engine.ts';
import type { EngineOperations, EngineResponse } from '../../local/engine-calls.ts';
import type { EngineCall } from '../../local/function-protocol.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { SqsEngine } from '../../local/sqs-engine.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const TABLE = {
  logicalId: 'Ledger',
  name: 'ledger',
  partitionKey: 'pk',
  sortKey: undefined,
  attributeTypes: { pk: 'S' },
  timeToLiveAttribute: undefined,
};

let dynamodb: DynamodbEngine;
let sqs: SqsEngine;
let queueUrl: string;
beforeAll(async () => {
  dynamodb = await DynamodbEngine.start(temporaryDirectory());
  await dynamodb.createTable(TABLE);
  sqs = await SqsEngine.start();
  queueUrl = `${sqs.endpoint}/000000000000/tasks`;
  await sqs.createQueue({ logicalId: 'Queue', name: 'tasks', arn: '', url: queueUrl, attributes: {} });
});
afterAll(async () => {
  await Promise.all([dynamodb.stop(), sqs.stop()]);
});

/** As an SDK client sends it, signature and all. */
async function overHttp(endpoint: string, target: string, body: string) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20261201T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b',
    },
    body,
  });
  return {
    status: response.status,
    queryError: response.headers.get('x-amzn-query-error') ?? undefined,
    body: await response.json(),
  };
}

async function directly(operations: EngineOperations, target: string, body: string) {
  const response = (await operations.get(target)?.(body)) as EngineResponse;
  return {
    status: response.status,
    queryError: response.headers['x-amzn-query-error'],
    body: JSON.parse(response.body),
  };
}

describe('an operation that is called without HTTP', () => {
  const KEY = { pk: { S: 'a' } };

  it.each<[string, object, number]>([
    ['PutItem', { TableName: 'ledger', Item: { ...KEY, count: { N: '1' } } }, 200],
    ['GetItem', { TableName: 'ledger', Key: KEY, ConsistentRead: true }, 200],
    ['GetItem', { TableName: 'ledger', Key: { pk: { S: 'missing' } } }, 200],
    [
      'UpdateItem',
      {
        TableName: 'ledger',
        Key: KEY,
        UpdateExpression: 'SET #c = :c',
        ConditionExpression: '#c = :c',
        ExpressionAttributeNames: { '#c': 'count' },
        ExpressionAttributeValues: { ':c': { N: '2' } },
      },
      400,
    ],
    ['PutItem', { TableName: 'ledger', Item: { other: { S: 'a' } } }, 400],
    ['PutItem', { TableName: 'missing', Item: KEY }, 400],
    ['PutItem', { TableName: 'ledger', Item: 7 }, 400],
    ['PutItem', {}, 400],
    [
      'Query',
      {
        TableName: 'ledger',
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'a' } },
      },
      200,
    ],
    ['BatchGetItem', { RequestItems: { ledger: { Keys: [KEY] } } }, 200],
  ])('of DynamoDB: %s of %j gets the same answer', async (action, input, status) => {
    const [target, body] = [`DynamoDB_20120810.${action}`, JSON.stringify(input)];
    const answered = await directly(dynamodb.operations, target, body);
    expect(answered.status).toBe(status);
    expect(answered).toEqual(await overHttp(dynamodb.endpoint, target, body));
  });

  it.each<[string, (url: string) => object, number]>([
    ['ReceiveMessage', (url) => ({ QueueUrl: url }), 200],
    ['ReceiveMessage', (url) => ({ QueueUrl: url, MaxNumberOfMessages: 11 }), 400],
    ['SendMessage', (url) => ({ QueueUrl: url }), 400],
    ['SendMessage', (url) => ({ QueueUrl: `${url}-missing`, MessageBody: 'x' }), 400],
    [
      'ChangeMessageVisibility',
      (url) => ({ QueueUrl: url, ReceiptHandle: 'gone', VisibilityTimeout: 1 }),
      400,
    ],
    ['DeleteMessageBatch', (url) => ({ QueueUrl: url, Entries: [] }), 400],
  ])('of SQS: %s gets the same answer', async (action, input, status) => {
    const [target, body] = [`AmazonSQS.${action}`, JSON.stringify(input(queueUrl))];
    const answered = await directly(sqs.operations, target, body);
    expect(answered.status).toBe(status);
    expect(answered).toEqual(await overHttp(sqs.endpoint, target, body));
  });
});

describe('the SDK in a function', () => {
  const restore: (() => void)[] = [];
  afterEach(() => {
    for (const undo of restore.splice(0)) undo();
  });

  /** As the worker of a function and the thread of the engines do it, without the threads. */
  async function inFunction({ isSilent = false } = {}) {
    const { default: http } = await import('node:http');
    const { request } = http;
    restore.push(() => {
      http.request = request;
    });
    const calls: EngineCall[] = [];
    const engines = new Map([
      [dynamodb.endpoint, dynamodb.operations],
      [sqs.endpoint, sqs.operations],
    ]);
    const targets = Object.fromEntries([...engines].map(([origin, found]) => [origin, [...found.keys()]]));
    const receive = callEnginesBy(targets, (call) => {
      calls.push(call);
      if (isSilent) return;
      void engines
        .get(call.origin)
        ?.get(call.target)?.(call.body)
        .then((response) => receive({ type: 'engine-answer', id: call.id, ...response }));
    });
    const settings = { region: REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 };
    const ledger = (extra: DynamoDBClientConfig = {}) =>
      new DynamoDBClient({ ...settings, endpoint: dynamodb.endpoint, ...extra });
    return { calls, ledger, queues: new SQSClient({ ...settings, endpoint: sqs.endpoint }) };
  }

  it('gets outputs and errors from the engines', async () => {
    const { calls, ledger, queues } = await inFunction();
    const name = randomUUID();
    const sent = await queues.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: name }));
    const refused = ledger().send(new GetItemCommand({ TableName: 'missing', Key: { pk: { S: 'a' } } }));

    await expect(refused).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(sent.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await sqs.receive(queueUrl, 10, false)).map(({ Body }) => Body)).toContain(name);
    expect(calls.map(({ target }) => target)).toEqual(['AmazonSQS.SendMessage', 'DynamoDB_20120810.GetItem']);
  });

  it('calls other operations over HTTP', async () => {
    const { calls, queues } = await inFunction();
    const { Attributes } = await queues.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
    );
    expect(Attributes).toEqual({ VisibilityTimeout: '30' });
    expect(calls).toEqual([]);
  });

  it('fails with a timeout if the engine does not answer, as over HTTP', async () => {
    const { ledger } = await inFunction({ isSilent: true });
    const client = ledger({ requestHandler: { requestTimeout: 20, throwOnRequestTimeout: true } });
    const call = client.send(new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'a' } } }));
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('can be aborted', async () => {
    const { ledger } = await inFunction({ isSilent: true });
    const call = ledger().send(new GetItemCommand({ TableName: 'ledger', Key: { pk: { S: 'a' } } }), {
      abortSignal: AbortSignal.timeout(20),
    });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });
});
