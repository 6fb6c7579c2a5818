import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';
import { startReceiver } from '../support/scripted-receiver.ts';

const LOCAL = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

let pipeline: Pipeline;
let sqs: SQSClient;

beforeAll(async () => {
  pipeline = await startPipeline();
  sqs = new SQSClient({ ...LOCAL, endpoint: pipeline.stack.endpoints.sqs });
});

afterAll(async () => {
  sqs.destroy();
  await pipeline.stop();
});

interface Line {
  readonly step?: string;
  readonly _aws?: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

/** What CloudWatch would take out of the lines that hold `text`, as `namespace name value`. */
function countedOf(text: string): string[] {
  return pipeline.log
    .filter((line) => line.includes(text))
    .flatMap((line) => {
      const parsed: Line = JSON.parse(line);
      return (parsed._aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) => {
        expect(Dimensions).toEqual([[]]);
        return Metrics.map(({ Name }) => `${Namespace} ${Name} ${parsed[Name]}`);
      });
    });
}

it('a callback that succeeds at the second attempt counts one failure, one success, and how long it took', async () => {
  const receiver = await startReceiver([503]);
  const beganMs = Date.now();
  const taskId = await pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url });
  await pipeline.settled(taskId, 'delivered');

  const counted = await eventually(() => {
    const found = countedOf(taskId);
    if (found.length < 3) throw new Error(`so far only ${found}`);
    return found;
  });

  expect(counted).toEqual([
    'CallbackCompletion/Pipeline CallbackSuccess 0',
    'CallbackCompletion/Pipeline CallbackSuccess 1',
    expect.stringMatching(/^CallbackCompletion\/Pipeline CallbackLatencyMs \d+$/),
  ]);
  const latencyMs = Number(counted[2]?.split(' ')[2]);
  // The wait between the attempts is in it.
  expect(latencyMs).toBeGreaterThan(800);
  expect(latencyMs).toBeLessThanOrEqual(Date.now() - beganMs);
  await receiver.stop();
});

it("somebody else's message in a queue counts as failed, though its function does not", async () => {
  const QueueUrl = pipeline.queueUrl(/Callbacks/);
  const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'not ours' }));

  await eventually(() =>
    expect(countedOf(`"message_id":"${MessageId}"`)).toEqual([
      'CallbackCompletion/Pipeline MessagesFailed 1',
    ]),
  );
});

it('timers that wake cannot send count as failed', async () => {
  const { endpoints, description } = pipeline.stack;
  const [table] = description.tables;
  const dynamodb = new DynamoDBClient({ ...LOCAL, endpoint: endpoints.dynamodb });
  const task_id = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';
  const timer = {
    task_id,
    at_ms: Date.now() - 1_000,
    queue: 'callbacks',
    generation: 0,
    group: 'a.example',
  } as const;
  await dynamoLedger(dynamodb, table?.name ?? '').putTimer(timer);
  await sqs.send(new DeleteQueueCommand({ QueueUrl: pipeline.queueUrl(/Callbacks/) }));

  await pipeline.stack.runSchedule();

  await eventually(() =>
    expect(countedOf('"message":"timers"')).toEqual([
      'CallbackCompletion/Pipeline MessagesFailed 1',
      expect.stringMatching(/^CallbackCompletion\/Pipeline OldestOverdueTimerSeconds \d+$/),
    ]),
  );
  dynamodb.destroy();
});
