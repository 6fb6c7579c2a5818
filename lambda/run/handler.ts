import { randomUUID } from 'node:crypto';
import { extname, join } from 'node:path';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ENVIRONMENT } from '../environment.ts';
import { dynamoClient, dynamoLedger } from '../ledger/ledger.ts';
import { logger, tellFault, tellStep } from '../log.ts';
import { answerBatch } from '../queue/batch.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { settingsFrom } from '../settings.ts';
import { definitions } from '../tasks/definitions.ts';
import { type RunPorts, type RunSettings, runTask } from './run-task.ts';
import { taskRunner } from './task-runner.ts';

const settings = settingsFrom(process.env);
const sqs = sqsClient();
const tasks = sqsQueue(sqs, settings.text(ENVIRONMENT.tasksQueueUrl));

/** The rest of the function's memory is left to the stage, the SDK and what is outside of the heap. */
const HEAP_SHARE = 0.7;

const ports: RunPorts = {
  ledger: dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable)),
  callbacks: sqsQueue(sqs, settings.text(ENVIRONMENT.callbacksQueueUrl)),
  runner: taskRunner({
    // The thread's code lies beside this file: as source, and in the function's asset.
    threadFile: join(import.meta.dirname, `task-thread${extname(import.meta.filename)}`),
    heapMb: Math.floor(Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 512) * HEAP_SHARE),
    onLog: (level, message, fields) => logger[level](message, { ...fields }),
  }),
  now: Date.now,
  newToken: randomUUID,
  tell: tellStep,
};

const runSettings: RunSettings = {
  maxRuns: settings.count(ENVIRONMENT.maxRuns),
  maxReceiveCount: settings.count(ENVIRONMENT.maxReceiveCount),
  runTimeoutMs: settings.ms(ENVIRONMENT.runTimeoutSeconds),
  deliveryDeadlineMs: settings.ms(ENVIRONMENT.deliveryDeadlineSeconds),
  apiUrl: settings.text(ENVIRONMENT.apiUrl),
  taskTimeoutMs: (name) => {
    const seconds = definitions.get(name)?.timeoutSeconds;
    return seconds === undefined ? undefined : seconds * 1000;
  },
};

/** Runs tasks: consumes the tasks queue. */
export const handler = middy<SQSEvent, SQSBatchResponse, Error, Context>({ timeoutEarlyInMillis: 0 }).handler(
  async (event, context) => {
    const remainingMs = context.getRemainingTimeInMillis();
    const endsAtMs = Date.now() + remainingMs;
    return await answerBatch(event, { queue: tasks, remainingMs, onFault: tellFault }, (message) =>
      runTask(message, endsAtMs, ports, runSettings),
    );
  },
);
