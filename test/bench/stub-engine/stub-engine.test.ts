import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededMessage, seededTaskId } from '../../../bench/stub-engine/seed.ts';
import { type StubEngine, startStubEngine } from '../../../bench/stub-engine/start.ts';
import { itemBytes } from '../../../bench/stub-engine/units.ts';
import { dynamoLedger } from '../../../lambda/ledger/dynamo-ledger.ts';
import { sqsQueue } from '../../../lambda/queue/queue.ts';
import { acceptedTask } from '../../support/entries.ts';

const SDK = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
} as const;

let stub: StubEngine;

beforeAll(async () => {
  stub = await startStubEngine();
});
afterAll(() => stub.stop());

const ledgerAtStub = () => dynamoLedger(new DynamoDBClient({ ...SDK, endpoint: stub.url }), 'ledger');

describe('the stub engine', () => {
  it('owes callbacks, keeps what is written of them, and counts calls and units', async () => {
    const ledger = ledgerAtStub();
    await stub.seed({ tasks: 2, callbackUrl: 'http://127.0.0.1:9/hook' });
    await stub.resetCounts();

    const entry = await ledger.read(seededTaskId(1));
    expect(entry).toMatchObject({ state: 'delivering', callback_url: 'http://127.0.0.1:9/hook' });
    if (entry === undefined) return;
    const attempt = { attempt: 1, at_ms: 1_764_000_006_000, duration_ms: 9, status_code: 200 };
    expect(await ledger.recordDelivered(entry, attempt)).toBe(true);

    expect(await ledger.read(seededTaskId(1))).toMatchObject({ state: 'delivered', attempts: [attempt] });
    expect(await ledger.read(seededTaskId(2))).toBeUndefined();
    expect(await stub.counts()).toEqual({
      calls: { 'DynamoDB.GetItem': 3, 'DynamoDB.UpdateItem': 1 },
      items: { 'DynamoDB.GetItem': 3, 'DynamoDB.UpdateItem': 1 },
      callsWithGroup: 0,
      writeUnits: 1,
      readUnits: 3,
      cpuMs: expect.any(Number),
    });
  });

  it("takes a task's whole way through the ledger", async () => {
    const ledger = ledgerAtStub();
    const task = acceptedTask();
    await ledger.create(task);
    const lease = { token: 'one', expiresAtMs: 1_764_000_009_000 };
    const claimed = await ledger.claim(task.task_id, lease, { nowMs: 1_764_000_000_000, maxRuns: 3 });
    expect(claimed).toMatchObject({ state: 'running', runs: 1, lease_token: 'one' });
    const error = { type: 'Error', message: 'no' };
    const outcome = { status: 'failed', completed_at_ms: 1_764_000_001_000, error } as const;
    await ledger.complete(claimed ?? task, 'one', { outcome, deliverByMs: 1_764_000_100_000 });
    const settled = await ledger.read(task.task_id);
    expect(settled).toMatchObject({ state: 'delivering', runs: 1, outcome });
    expect(settled).not.toHaveProperty('lease_token');
  });

  it('hands out what was sent, with the digests that the SDK checks', async () => {
    const sqs = new SQSClient({ ...SDK, endpoint: stub.url });
    const QueueUrl = stub.queueUrl('callbacks');
    await stub.seed({ tasks: 1, from: 40, callbackUrl: 'http://127.0.0.1:9/hook', queue: 'callbacks' });
    const message = { task_id: seededTaskId(41), generation: 0 };
    expect(await sqsQueue(sqs, QueueUrl).sendBatch([{ message }])).toEqual([true]);
    expect(await stub.backlog()).toEqual({ callbacks: 2 });

    const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));

    expect(received.Messages?.map(({ Body }) => Body)).toEqual([seededMessage(40), seededMessage(41)]);
    expect(await stub.backlog()).toEqual({ callbacks: 0 });
  });
});

it('an item has the bytes that DynamoDB counts', () => {
  expect(itemBytes({ pk: { S: 'task#1' } })).toBe(8);
  expect(itemBytes({ n: { N: '1764000000000' } })).toBe(4);
  expect(itemBytes({ n: { N: '1764000000005' } })).toBe(9);
  expect(itemBytes({ m: { M: { json: { S: '{}' } } }, b: { BOOL: true } })).toBe(13);
});
