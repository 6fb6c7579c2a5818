import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { hostBreaker } from '../callback/breaker.ts';
import { clientSecretsFrom } from '../callback/client-secrets.ts';
import { urlGuard } from '../callback/guard.ts';
import { postCallback } from '../callback/post.ts';
import { callbackRules } from '../callback/rules.ts';
import { sharedBreaker } from '../callback/shared-breaker.ts';
import { ENVIRONMENT } from '../contract/variables.ts';
import { batchReader } from '../ledger/batch-read.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { withGatheredReads } from '../ledger/gathered-reads.ts';
import { logger } from '../log.ts';
import { asError } from '../loggable-error.ts';
import { deliverTeller, faultTeller } from '../metrics.ts';
import { answerBatch } from '../queue/batch.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { settingsFrom } from '../settings.ts';
import { type DeliverPorts, type DeliverSettings, deliverCallback } from './deliver-callback.ts';

const settings = settingsFrom<'deliver'>(process.env);
const sqs = sqsClient();
const callbacks = sqsQueue(sqs, settings.text(ENVIRONMENT.callbacksQueueUrl));

/** At most two thirds of the function's time, so that what follows an attempt is never cut off. */
const attemptTimeoutMs = settings.ms('CALLBACK_TIMEOUT_SECONDS');

const dynamodb = dynamoClient();
const table = settings.text(ENVIRONMENT.ledgerTable);
const ledger = withGatheredReads(dynamoLedger(dynamodb, table), batchReader(dynamodb, table));

const metricsNamespace = settings.text(ENVIRONMENT.metricsNamespace);

const guard = urlGuard(callbackRules(settings));

const ports: DeliverPorts = {
  ledger,
  tasks: sqsQueue(sqs, settings.text(ENVIRONMENT.tasksQueueUrl)),
  deadLetters: sqsQueue(sqs, settings.text(ENVIRONMENT.deadLetterQueueUrl)),
  post: (request) => postCallback(request, { timeoutMs: attemptTimeoutMs, now: Date.now, guard }),
  secrets: clientSecretsFrom(settings.text(ENVIRONMENT.masterSecretArn), Date.now),
  breaker: sharedBreaker({
    breaker: hostBreaker({ now: Date.now, random: Math.random }),
    board: ledger,
    now: Date.now,
    onFault: (error) => logger.warn('hosts that hang could not be told of', { error: asError(error) }),
  }),
  now: Date.now,
  random: Math.random,
  tell: deliverTeller(metricsNamespace),
};

const deliverSettings: DeliverSettings = {
  retryPolicy: { waitsMs: settings.msList('RETRY_SCHEDULE_SECONDS') },
  deliveryDeadlineMs: settings.ms('DELIVERY_DEADLINE_SECONDS'),
  retentionMs: settings.ms('RETENTION_SECONDS'),
  maxReceiveCount: settings.count(ENVIRONMENT.maxReceiveCount),
  apiUrl: settings.text(ENVIRONMENT.apiUrl),
};

/** Delivers callbacks: consumes the callbacks queue. */
export const handler = middy<SQSEvent, SQSBatchResponse, Error, Context>({ timeoutEarlyInMillis: 0 }).handler(
  async (event, context) => {
    const remainingMs = context.getRemainingTimeInMillis();
    return await answerBatch(
      event,
      { queue: callbacks, remainingMs, onFault: faultTeller(metricsNamespace) },
      (message) => deliverCallback(message, ports, deliverSettings),
    );
  },
);
