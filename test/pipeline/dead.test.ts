import {
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';
import { startReceiver } from '../support/scripted-receiver.ts';

let pipeline: Pipeline;
let sqs: SQSClient;

beforeAll(async () => {
  pipeline = await startPipeline();
  sqs = new SQSClient({
    endpoint: pipeline.stack.endpoints.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  sqs.destroy();
  await pipeline.stop();
});

async function deadLetter(taskId: string) {
  return await eventually(async () => {
    const { Messages = [] }: ReceiveMessageCommandOutput = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: pipeline.queueUrl(/DeadLetter/),
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        VisibilityTimeout: 1,
      }),
    );
    const message = Messages.find(({ Body }) => Body?.includes(taskId));
    if (message === undefined) throw new Error(`no message for ${taskId} among ${Messages.length}`);
    return message;
  });
}

describe('a receiver that is never there', () => {
  it('leaves the task dead with its reason and one message in the DLQ, which can be redriven', async () => {
    const receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    await receiver.stop();
    const taskId = await pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url });

    const view = await pipeline.settled(taskId, 'dead');
    expect(view.callback?.dead_reason).toBe('deadline-passed');
    expect(view.callback?.attempts[0]).toMatchObject({ attempt: 1, error: 'connection-refused' });
    const attempts = view.callback?.attempt_count ?? 0;
    // How many there is time for depends on the machine.
    expect(attempts).toBeGreaterThanOrEqual(2);

    const message = await deadLetter(taskId);
    expect(JSON.parse(message.Body ?? '')).toEqual({ v: 1, task_id: taskId, generation: 1 });
    const attributes = Object.entries(message.MessageAttributes ?? {});
    expect(Object.fromEntries(attributes.map(([name, { StringValue }]) => [name, StringValue]))).toEqual({
      task_id: taskId,
      task_name: 'generate-report',
      callback_host: `127.0.0.1:${port}`,
      reason: 'deadline-passed',
      attempts: String(attempts),
    });

    // What the AWS console's redrive does: the message goes to the callbacks queue as it is.
    await sqs.send(
      new SendMessageCommand({ QueueUrl: pipeline.queueUrl(/Callbacks/), MessageBody: message.Body }),
    );
    await eventually(async () => {
      expect((await pipeline.task(taskId)).callback?.attempt_count).toBeGreaterThan(attempts);
    });
  });

  it('is believed when it says 410 Gone', async () => {
    const receiver = await startReceiver([410]);
    const taskId = await pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url });
    const view = await pipeline.settled(taskId, 'dead');
    expect(view.callback).toMatchObject({ attempt_count: 1, dead_reason: 'gone' });
    expect(receiver.received).toHaveLength(1);
    await receiver.stop();
  });
});

describe('a message that is not ours', () => {
  it('does not disturb its neighbours', async () => {
    const receiver = await startReceiver();
    for (const body of ['', 'not json', '{}', '{"v":99}', '{"v":1,"task_id":"x","generation":0}']) {
      for (const name of [/Tasks/, /Callbacks/]) {
        await sqs.send(
          new SendMessageCommand({ QueueUrl: pipeline.queueUrl(name), MessageBody: body || ' ' }),
        );
      }
    }
    const taskId = await pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url });
    await pipeline.settled(taskId, 'delivered');
    expect(receiver.received).toHaveLength(1);
    expect(pipeline.log.some((line) => line.includes('MalformedMessageError'))).toBe(true);
    await receiver.stop();
  });
});
