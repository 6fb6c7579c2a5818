import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ENVIRONMENT } from '../contract/variables.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { logger, tellRunStep } from '../log.ts';
import { faultTeller } from '../metrics.ts';
import { answerBatch, type Turns } from '../queue/batch.ts';
import { gatheredSends } from '../queue/gathered-sends.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { startProcessTimer } from '../queue/start-timer.ts';
import { settingsFrom } from '../settings.ts';
import { hasTimeForRun, type RunPorts, type RunSettings, runTask } from './run-task.ts';
import { taskRunner } from './task-runner.ts';
import type { Work } from './work.ts';

const MEMORY_MB = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 512);

/** Memory for the stage, the SDK, and what two Node processes need besides their heaps, in MB. */
const MEMORY_BESIDES_HEAP_MB = 192;

export interface RunHandlerOptions {
  /** The deployed tasks. */
  readonly work: Pick<Work, 'find'>;
  /** The program that serves them: `task-process.ts`, as it is deployed. */
  readonly processFile: string;
}

/** Returns the consumer of the tasks queue. It runs tasks one after another, in the one process for work. */
export function runHandler({ work, processFile }: RunHandlerOptions) {
  const settings = settingsFrom<'run'>(process.env);
  const sqs = sqsClient();
  const tasks = sqsQueue(sqs, settings.text(ENVIRONMENT.tasksQueueUrl));
  const callbacks = sqsQueue(sqs, settings.text(ENVIRONMENT.callbacksQueueUrl));
  const ports: Omit<RunPorts, 'callbacks'> = {
    ledger: dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable)),
    runner: taskRunner({
      processFile,
      heapMb: Math.floor(Math.max(MEMORY_MB - MEMORY_BESIDES_HEAP_MB, MEMORY_MB / 2)),
      onLog: (level, message, fields) => logger[level](message, { ...fields }),
    }),
    now: Date.now,
    newToken: randomUUID,
    tell: tellRunStep,
  };
  const runSettings: RunSettings = {
    maxRuns: settings.count('MAX_RUNS'),
    maxReceiveCount: settings.count(ENVIRONMENT.maxReceiveCount),
    runTimeoutMs: settings.ms('RUN_TIMEOUT_SECONDS'),
    deliveryDeadlineMs: settings.ms('DELIVERY_DEADLINE_SECONDS'),
    retentionMs: settings.ms('RETENTION_SECONDS'),
    apiUrl: settings.text(ENVIRONMENT.apiUrl),
    taskTimeoutMs: (name) => {
      const seconds = work.find(name)?.timeoutSeconds;
      return seconds === undefined ? undefined : seconds * 1000;
    },
  };
  const onFault = faultTeller(settings.text(ENVIRONMENT.metricsNamespace));

  return middy<SQSEvent, SQSBatchResponse, Error, Context>({ timeoutEarlyInMillis: 0 }).handler(
    async (event, context) => {
      const remainingMs = context.getRemainingTimeInMillis();
      const endsAtMs = Date.now() + remainingMs;
      const gathered = gatheredSends(callbacks, startProcessTimer);
      const turns: Turns = {
        timeForMore: () => hasTimeForRun(endsAtMs, Date.now(), runSettings),
        onUnbegun: (count) => logger.info('no time left in this invocation', { put_back: count }),
        onLast: gathered.flush,
      };
      return await answerBatch(event, { queue: tasks, remainingMs, onFault, turns }, (message, endTurn) =>
        runTask(
          message,
          endsAtMs,
          { ...ports, callbacks: gathered.queue, onlySending: endTurn },
          runSettings,
        ),
      );
    },
  );
}
