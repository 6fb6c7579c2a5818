import { afterEach, describe, expect, it } from 'vitest';
import { SqsEngine } from '../../local/sqs-engine.ts';

const engines: SqsEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
});

async function open() {
  const engine = await SqsEngine.start();
  engines.push(engine);
  const queue = async (name: string, attributes: Record<string, string> = {}) => {
    const url = `${engine.endpoint}/000000000000/${name}`;
    await engine.createQueue({ logicalId: 'Queue', name, arn: '', url, attributes });
    return url;
  };
  /** As an SDK client calls SNS. */
  const sns = async (parameters: Record<string, string>) => {
    const response = await fetch(engine.endpoint, { method: 'POST', body: new URLSearchParams(parameters) });
    return { status: response.status, text: await response.text() };
  };
  return { engine, queue, sns };
}

describe('the local SQS', () => {
  it('keeps the messages of a group of a FIFO queue in order, and takes each once', async () => {
    const { engine, queue } = await open();
    const url = await queue('steps.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
    for (const MessageBody of ['first', 'second', 'second', 'third']) {
      await engine.call('SendMessage', { QueueUrl: url, MessageBody, MessageGroupId: 'g' });
    }

    const bodies: unknown[] = [];
    for (;;) {
      // One message of a group at a time; SQS itself may give several of them at once.
      const messages = await engine.receive(url, 10, false);
      if (messages.length === 0) break;
      bodies.push(...messages.map(({ Body, Attributes }) => [Attributes?.MessageGroupId, Body]));
      await engine.delete(url, messages);
    }
    expect(bodies).toEqual([
      ['g', 'first'],
      ['g', 'second'],
      ['g', 'third'],
    ]);
  });
});

describe('the local SNS', () => {
  it('publishes to the topics of the template, and to queues that subscribe', async () => {
    const { engine, queue, sns } = await open();
    const url = await queue('news');
    await engine.createTopic({ logicalId: 'News', name: 'Test-News', attributes: {} });
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:Test-News';
    const Endpoint = 'arn:aws:sqs:us-east-1:000000000000:news';
    await sns({ Action: 'Subscribe', TopicArn, Protocol: 'sqs', Endpoint });

    expect((await sns({ Action: 'Publish', TopicArn, Message: 'hello' })).status).toBe(200);

    const [message] = await engine.receive(url, 10, false);
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({ TopicArn, Message: 'hello' });
    expect((await sns({ Action: 'Publish', TopicArn: `${TopicArn}2`, Message: 'x' })).status).toBe(404);
  });

  it('has FIFO topics', async () => {
    const { engine, sns } = await open();
    await engine.createTopic({
      logicalId: 'Steps',
      name: 'Steps.fifo',
      attributes: { FifoTopic: 'true', ContentBasedDeduplication: 'true' },
    });
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:Steps.fifo';

    expect((await sns({ Action: 'Publish', TopicArn, Message: 'x' })).status).toBe(400);
    expect((await sns({ Action: 'Publish', TopicArn, Message: 'x', MessageGroupId: 'g' })).status).toBe(200);
  });
});
