import { afterAll, describe, expect, it } from 'vitest';
import { readAssembly } from '../../local/assembly.ts';
import { describeApp } from '../../local/describe-app.ts';
import { EventSourceMapping } from '../../local/event-source-mapping.ts';
import { maxEnvironments, takesBatches } from '../../local/function-environment.ts';
import { FunctionPool } from '../../local/function-pool.ts';
import { SqsEngine } from '../../local/sqs-engine.ts';
import { eventually, lambdaFunction, writeAssembly } from './assembly-fixture.ts';

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Queue → function, with a dead-letter queue; what the function writes to stdout is collected. */
async function pipeline(
  source: string,
  { mapping = {}, queue = {}, timeout = 10 }: { mapping?: object; queue?: object; timeout?: number } = {},
) {
  const assembly = readAssembly(
    writeAssembly(
      {
        Dlq: { Type: 'AWS::SQS::Queue' },
        Queue: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            VisibilityTimeout: 1,
            RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dlq', 'Arn'] }, maxReceiveCount: 2 },
            ...queue,
          },
        },
        Work: lambdaFunction('Work', { Timeout: timeout }),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            FunctionName: { Ref: 'Work' },
            EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            FunctionResponseTypes: ['ReportBatchItemFailures'],
            ...mapping,
          },
        },
      },
      { Work: source },
    ),
  );
  const sqs = await SqsEngine.start();
  const app = describeApp(assembly, { api: () => 'http://api', s3: 'http://s3', sqs: sqs.endpoint });
  const { functions: all = [], mappings = [] } = app.pipelines[0] ?? {};
  for (const description of app.queues) await sqs.createQueue(description);
  const [fn, described] = [all[0], mappings[0]];
  if (fn === undefined || described === undefined) throw new Error('incomplete stack');
  const url = (logicalId: string) => app.queues.find((q) => q.logicalId === logicalId)?.url ?? '';

  const lines: string[] = [];
  const onLogLine = (line: string) => lines.push(line);
  const functions = new FunctionPool({
    description: fn,
    environmentVariables: {},
    maxEnvironments: maxEnvironments(fn, mappings),
    takesBatches: takesBatches(fn, mappings),
    onLogLine,
  });
  const running = new EventSourceMapping({
    mapping: described,
    queueUrl: url('Queue'),
    sqs,
    functions,
    onLogLine,
  });
  stops.push(async () => {
    running.stopPolling();
    await functions.stop();
    await sqs.stop();
  });

  const events = () => lines.filter((line) => line.startsWith('{"Records"')).map((line) => JSON.parse(line));
  const bodies = () => events().map((event) => event.Records.map((record: { body: string }) => record.body));
  const deadLetters = async () => (await sqs.receive(url('Dlq'), 10, false)).map(({ Body }) => Body);
  const send = (...texts: string[]) =>
    sqs.send(
      url('Queue'),
      texts.map((body) => ({ body })),
    );
  const waiting = async () => {
    const { Attributes } = await sqs.call<{ Attributes: Record<string, string> }>('GetQueueAttributes', {
      QueueUrl: url('Queue'),
      AttributeNames: ['All'],
    });
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible)
    );
  };
  return { sqs, url, lines, events, bodies, deadLetters, send, waiting };
}

const RECORDING = 'const tell = (event) => console.log(JSON.stringify(event));';

describe.concurrent('an event source mapping', () => {
  it('hands over messages as AWS does, and acknowledges what the function does not name', async () => {
    const { sqs, url, events, waiting } = await pipeline(
      `${RECORDING} exports.handler = async (e) => tell(e)`,
    );

    await sqs.send(url('Queue'), [{ body: 'hello', attributes: { reason: 'gone' } }]);

    const [event] = await eventually(() => (events().length > 0 ? events() : undefined));
    expect(event.Records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: '000000000000',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          reason: { stringValue: 'gone', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfMessageAttributes: expect.any(String),
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:Test-Queue',
        awsRegion: 'us-east-1',
      },
    ]);
    await eventually(async () => ((await waiting()) === 0 ? true : undefined));
  });

  it('gives messages that failed again, and only those, until they are dead letters', async () => {
    const { bodies, deadLetters, send } = await pipeline(`${RECORDING} exports.handler = async (e) => {
      tell(e);
      const bad = e.Records.filter((r) => r.body === 'bad');
      return { batchItemFailures: bad.map((r) => ({ itemIdentifier: r.messageId })) };
    }`);

    await send('good', 'bad');

    const dead = await eventually(async () => {
      const letters = await deadLetters();
      return letters.length > 0 ? letters : undefined;
    });
    expect(dead).toEqual(['bad']);
    expect(bodies().flat()).toEqual(['good', 'bad', 'bad']);
  });

  it.each([
    ['an unknown id', 'return { batchItemFailures: [{ itemIdentifier: "nonsense" }] }'],
    ['an empty id', 'return { batchItemFailures: [{ itemIdentifier: "" }] }'],
    ['an error', 'throw new Error("boom")'],
    ['a time-out', 'await new Promise(() => {})'],
  ])('acknowledges nothing of the batch after %s', async (_what, ending) => {
    const { deadLetters, send } = await pipeline(`exports.handler = async (e) => { ${ending} }`, {
      timeout: 1,
      mapping: { BatchSize: 2 },
    });

    await send('one', 'two');

    const dead: string[] = [];
    await eventually(async () => {
      dead.push(...(await deadLetters()));
      return dead.length === 2 ? true : undefined;
    });
    expect(dead.sort()).toEqual(['one', 'two']);
  });

  it('fills batches up to their size', async () => {
    const { bodies, send } = await pipeline(`${RECORDING} exports.handler = async (e) => tell(e)`, {
      mapping: { BatchSize: 3 },
    });

    await send('1', '2', '3', '4', '5', '6', '7');

    await eventually(() => (bodies().flat().length === 7 ? true : undefined));
    expect(Math.max(...bodies().map((batch) => batch.length))).toBe(3);
  });

  it('waits for more messages during its batching window', async () => {
    const { bodies, send } = await pipeline(`${RECORDING} exports.handler = async (e) => tell(e)`, {
      mapping: { BatchSize: 100, MaximumBatchingWindowInSeconds: 1 },
      queue: { VisibilityTimeout: 30 },
    });

    await send('1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await send('2');

    await eventually(() => (bodies().length > 0 ? true : undefined));
    expect(bodies()).toEqual([['1', '2']]);
  });

  it('never runs more invocations at once than its maximum concurrency', async () => {
    const { lines, send } = await pipeline(
      `exports.handler = async () => {
        console.log('+');
        await new Promise((resolve) => setTimeout(resolve, 300));
        console.log('-');
      }`,
      {
        mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
        queue: { VisibilityTimeout: 30 },
      },
    );

    await send('1', '2', '3', '4', '5', '6');

    await eventually(() => (lines.filter((line) => line === '-').length === 6 ? true : undefined));
    let running = 0;
    const levels = lines.map((line) => {
      running += line === '+' ? 1 : -1;
      return running;
    });
    expect(Math.max(...levels)).toBe(2);
  });
});
