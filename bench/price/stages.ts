import type { SQSBatchResponse } from 'aws-lambda';
import type { StubEngine } from '../stub-engine/start.ts';
import { accessLogLine, logBytes } from './log-bytes.ts';
import { type Measured, measureStage } from './measure.ts';
import { deleteBatch, nextBatch } from './queue-poller.ts';
import type { Shipped } from './shipped.ts';

/** The task that is priced: the sample that does something, on a table of three rows. */
const INPUT = { csv: 'name,count\napples,3\npears,5\nplums,4\n' };

/** So many tasks are in one request to `POST /api/tasks/batch`. */
export const TASKS_PER_REQUEST = 100;

export interface Circumstances {
  readonly shipped: Shipped;
  readonly stub: StubEngine;
  readonly awsUrl: string;
  readonly callbackUrl: string;
}

/** Submits so many tasks after `warmUps`, alone or 100 to a request; they wait in the tasks queue then. */
export async function submit(
  tasks: number,
  warmUps: number,
  tasksPerRequest: number,
  { shipped, stub, awsUrl, callbackUrl }: Circumstances,
): Promise<Measured> {
  const task = { task_name: 'generate-report', callback_url: callbackUrl, input: INPUT };
  const isBatch = tasksPerRequest > 1;
  const body = isBatch ? { tasks: Array.from({ length: tasksPerRequest }, () => task) } : task;
  const event = apiEvent(`POST /api/tasks${isBatch ? '/batch' : ''}`, body);
  const measured = await measureStage({
    fn: shipped.functionOf('submit'),
    awsUrl,
    stub,
    warmUps: Math.ceil(warmUps / tasksPerRequest),
    invocations: Math.ceil(tasks / tasksPerRequest),
    next: async (invoke) => {
      const told = await invoke(event);
      const { statusCode } = told.answer as { readonly statusCode: number };
      if (statusCode !== (isBatch ? 200 : 202))
        throw new Error(`submit answered ${JSON.stringify(told.answer)}`);
      return { tasks: tasksPerRequest, told };
    },
  });
  const line = logBytes([accessLogLine(shipped.accessLogFormat)]);
  return {
    ...measured,
    usage: {
      ...measured.usage,
      apiRequests: 1 / tasksPerRequest,
      logBytes: measured.usage.logBytes + line / tasksPerRequest,
    },
    lines: [...measured.lines, accessLogLine(shipped.accessLogFormat)],
  };
}

/** Works off what waits in a stage's queue, in batches of that size; all of them are full. */
export async function consume(
  stage: 'Run' | 'Deliver',
  batchSize: number,
  tasks: number,
  warmUps: number,
  { shipped, stub, awsUrl }: Circumstances,
): Promise<Measured> {
  // The poller is Lambda's: nobody pays for its time.
  const queueUrl = stub.queueUrl(
    new URL(shipped.queueUrls[stage === 'Run' ? 'tasks' : 'callbacks']).pathname.split('/').at(-1) ?? '',
  );
  return await measureStage({
    fn: shipped.functionOf(stage === 'Run' ? 'run' : 'deliver'),
    awsUrl,
    stub,
    warmUps: Math.ceil(warmUps / batchSize),
    invocations: Math.ceil(tasks / batchSize),
    next: async (invoke) => {
      const records = await nextBatch(queueUrl, batchSize);
      if (records.length !== batchSize)
        throw new Error(`${records.length} messages wait for ${stage}, not ${batchSize}`);
      const told = await invoke({ Records: records });
      const { batchItemFailures } = told.answer as SQSBatchResponse;
      if (batchItemFailures.length > 0)
        throw new Error(`${stage} brought ${batchItemFailures.length} messages back`);
      await deleteBatch(queueUrl, records);
      return { tasks: batchSize, told };
    },
  });
}

function apiEvent(routeKey: string, body: object): object {
  const [method, path] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json' },
    requestContext: {
      accountId: '000000000000',
      authorizer: { iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/alice' } },
      http: { method, path, sourceIp: '203.0.113.107' },
      requestId: 'TzK8QjV1FiAEPbg=',
      routeKey,
      stage: '$default',
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}
