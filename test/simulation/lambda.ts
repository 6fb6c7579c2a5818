import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type FunctionName, Invocation } from './invocation.ts';
import type { HandedOut, SimulatedQueue } from './simulated-sqs.ts';
import { tellFault } from './stages.ts';
import type { World } from './world.ts';

export interface EventSourceMapping {
  readonly functionName: FunctionName;
  readonly queue: SimulatedQueue;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly timeoutMs: number;
  readonly handler: (invocation: Invocation, event: SQSEvent) => Promise<SQSBatchResponse>;
}

/** Lambda's poller of a queue: receives, invokes, and deletes what the answer does not name as failed. */
export function consume(world: World, mapping: EventSourceMapping): void {
  const { queue, batchSize, maxConcurrency, functionName, timeoutMs, handler } = mapping;
  let busy = 0;

  const poll = () => {
    while (busy < maxConcurrency && queue.hasReady) {
      const batch = queue.receive(batchSize, () => world.faults.strikes('message handed out twice'));
      if (batch.length > 0) invoke(batch);
    }
  };

  const invoke = (batch: readonly HandedOut[]) => {
    busy += 1;
    const invocation = new Invocation(functionName, timeoutMs, world);
    invocation.concerns(batch.map(({ body }) => JSON.parse(body).task_id));
    invocation.onEnd(() => {
      busy -= 1;
      world.time.after(1, poll);
    });
    handler(invocation, { Records: batch.map(recordOf) }).then(
      ({ batchItemFailures }) => {
        if (invocation.ended) return;
        invocation.end();
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const { id, receiptHandle } of batch)
          if (!failed.has(id)) acknowledge(world, queue, receiptHandle);
      },
      // answerBatch never throws.
      (error: unknown) => tellFault(world, new Error('a batch was not answered', { cause: error })),
    );
  };

  // Messages that become ready together are received together.
  let pollIsDue = false;
  queue.onReady = () => {
    if (pollIsDue) return;
    pollIsDue = true;
    world.time.after(world.dice.between(1, 20), () => {
      pollIsDue = false;
      poll();
    });
  };
}

/** Lambda's own call, which may come to nothing as well: then the message comes back. */
function acknowledge(world: World, queue: SimulatedQueue, receiptHandle: string): void {
  if (world.faults.strikes('acknowledgement lost')) return;
  if (world.faults.onStep(['crash before a step']) === 'crash before a step') return;
  world.time.after(world.dice.between(2, 15), () => queue.delete(receiptHandle));
}

function recordOf({ id, receiptHandle, body, receiveCount }: HandedOut): SQSRecord {
  return {
    messageId: id,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: 'simulated',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:simulated',
    awsRegion: 'eu-central-1',
  };
}

/** Calls a function every minute: in time, late, not at all, or twice. */
export function everyMinute(
  world: World,
  functionName: FunctionName,
  handler: (invocation: Invocation) => Promise<void>,
): void {
  const { time, faults, dice } = world;
  const call = () => {
    const invocation = new Invocation(functionName, 60_000, world);
    handler(invocation).then(
      () => invocation.end(),
      (error: unknown) => {
        tellFault(world, error);
        invocation.end();
      },
    );
  };
  const tick = () => {
    time.after(60_000, tick);
    if (faults.strikes('wake skipped')) return;
    if (faults.strikes('wake twice at once')) call();
    time.after(faults.strikes('wake late') ? dice.between(1_000, 50_000) : 0, call);
  };
  time.after(60_000, tick);
}

/** One HTTP request to a function. Undefined where its client hears nothing of use. */
export async function request<T>(
  world: World,
  functionName: FunctionName,
  handler: (invocation: Invocation) => Promise<T>,
): Promise<{ readonly answer: T } | { readonly refused: unknown } | undefined> {
  const invocation = new Invocation(functionName, 10_000, world);
  const { promise, resolve } = Promise.withResolvers<{ answer: T } | { refused: unknown } | undefined>();
  invocation.onEnd(() => resolve(undefined));
  handler(invocation).then(
    (answer) => {
      resolve({ answer });
      invocation.end();
    },
    (refused: unknown) => {
      tellFault(world, refused);
      resolve({ refused });
      invocation.end();
    },
  );
  return await promise;
}
