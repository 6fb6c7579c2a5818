import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqsClient, sqsQueue } from '../../../lambda/queue/queue.ts';
import { eventually } from '../../local/assembly-fixture.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { answer, silence, startScriptedServer } from '../../support/scripted-server.ts';

const TASK_ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';
const message = { task_id: TASK_ID, generation: 0 };
const ALICE = 'arn:aws:iam::123456789012:user/alice';

let engines: EmbeddedEngines;
beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

const receivedLater = ({ receive }: TestQueue) =>
  eventually(async () => {
    const messages = await receive();
    return messages.length > 0 ? messages : undefined;
  });

describe('a queue', () => {
  it('carries which task to advance, and attributes for people', async () => {
    const { queue, receive } = await engines.newQueue();

    await queue.send({ message, group: ALICE, attributes: { reason: 'gone', attempts: '3' } });

    const [received] = await receive();
    expect(received?.Body).toBe(`{"v":1,"task_id":"${TASK_ID}","generation":0}`);
    expect(received?.MessageAttributes).toMatchObject({
      reason: { DataType: 'String', StringValue: 'gone' },
      attempts: { DataType: 'String', StringValue: '3' },
    });
  });

  it('holds a message back for its delay', async () => {
    const { queue, receive, ...rest } = await engines.newQueue();

    await queue.send({ message, delaySeconds: 1 });

    expect(await receive()).toEqual([]);
    expect(await receivedLater({ queue, receive, ...rest })).toHaveLength(1);
  });

  it('hands a message out again when it was told to, once more counted', async () => {
    const test = await engines.newQueue();
    await test.queue.send({ message });
    const [first] = await test.receive();
    expect(await test.receive()).toEqual([]);

    await test.queue.comeBackAfter(first?.ReceiptHandle ?? '', 1);

    expect(await test.receive()).toEqual([]);
    const [again] = await receivedLater(test);
    expect(again?.MessageId).toBe(first?.MessageId);
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('sends ten at once and tells which of them are stored', async () => {
    const { queue, receive } = await engines.newQueue({ MaximumMessageSize: '1024' });
    const ten = Array.from({ length: 10 }, (_, n) => ({
      message: { task_id: TASK_ID, generation: n },
      attributes: { note: n === 3 ? 'too long'.repeat(200) : 'short' },
    }));

    expect(await queue.sendBatch(ten)).toEqual([true, true, true, false, ...Array(6).fill(true)]);
    expect((await receive()).map(({ Body }) => JSON.parse(Body).generation).toSorted()).toEqual([
      0, 1, 2, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('sends nothing where there is nothing to send, and refuses more than ten', async () => {
    const { queue } = await engines.newQueue();

    expect(await queue.sendBatch([])).toEqual([]);
    await expect(queue.sendBatch(Array(11).fill({ message }))).rejects.toThrow('11 messages in one batch');
  });
});

/** What the SDK is about to send, caught before it leaves. */
async function sentFields(envelope: Parameters<ReturnType<typeof sqsQueue>['send']>[0]): Promise<object> {
  const sent: object[] = [];
  const client = new SQSClient({ region: 'eu-central-1' });
  client.middlewareStack.add(
    () =>
      async ({ input }) => {
        sent.push(input);
        return { output: { $metadata: {} }, response: undefined };
      },
    { step: 'initialize' },
  );
  await sqsQueue(client, 'https://sqs.eu-central-1.amazonaws.com/123456789012/tasks').send(envelope);
  return sent[0] ?? {};
}

describe('the group of a message', () => {
  // Computed with Python: SHA-256 in base64url. The embedded SQS takes groups but does not hand them out.
  it('is a hash, since a client or a host may be too long or too odd', async () => {
    expect(await sentFields({ message, group: ALICE })).toEqual({
      QueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/tasks',
      MessageBody: `{"v":1,"task_id":"${TASK_ID}","generation":0}`,
      MessageGroupId: 't9cdODuVV6m61MM0bFA2WBkiZITGgkoP3vZmN74znbA',
    });
  });

  it('is left out where there is none', async () => {
    expect(await sentFields({ message })).not.toHaveProperty('MessageGroupId');
  });
});

describe('a queue that does not answer', () => {
  it('is asked again after 1.5 s, while the function still has time', async () => {
    const server = await startScriptedServer(
      silence,
      answer(200, { 'content-type': 'application/x-amz-json-1.0' }, '{}'),
    );
    Object.assign(process.env, {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${server.port}`,
    });
    const client = sqsClient();
    try {
      await sqsQueue(client, 'https://sqs.us-east-1.amazonaws.com/000000000000/tasks').comeBackAfter(
        'receipt',
        5,
      );
      expect(server.requests).toHaveLength(2);
    } finally {
      client.destroy();
      await server.close();
    }
  });
});
