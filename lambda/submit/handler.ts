import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { ENVIRONMENT } from '../environment.ts';
import { type AuthorizedEvent, clientOf } from '../http/client.ts';
import { jsonAnswer, problemAnswers } from '../http/problem.ts';
import { dynamoClient, dynamoLedger } from '../ledger/ledger.ts';
import { tellStep } from '../log.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { settingsFrom } from '../settings.ts';
import { parseIdempotencyKey } from './idempotency.ts';
import { parseSubmitRequest } from './request.ts';
import { type SubmitPorts, submitTask } from './submit-task.ts';

const settings = settingsFrom(process.env);

const ports: SubmitPorts = {
  ledger: dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable)),
  tasks: sqsQueue(sqsClient(), settings.text(ENVIRONMENT.tasksQueueUrl)),
  now: Date.now,
  newTaskId: randomUUID,
  tell: tellStep,
};

const allowedCidrs = settings.list(ENVIRONMENT.allowedCallbackCidrs);

const retention = {
  maxRuns: settings.count(ENVIRONMENT.maxRuns),
  deliveryDeadlineMs: settings.ms(ENVIRONMENT.deliveryDeadlineSeconds),
  retentionMs: settings.ms(ENVIRONMENT.retentionSeconds),
};

type Event = APIGatewayProxyEventV2 & AuthorizedEvent;

/** Serves `POST /api/tasks`. */
export const handler = middy<Event, APIGatewayProxyStructuredResultV2, Error, Context>({
  timeoutEarlyInMillis: 0,
})
  .use(problemAnswers())
  .handler(async (event) => {
    const client = clientOf(event);
    const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    const key = parseIdempotencyKey(event.headers['idempotency-key']);
    const accepted = await submitTask(client, parseSubmitRequest(body, allowedCidrs), key, ports, retention);
    return jsonAnswer(202, accepted, { location: `/api/tasks/${accepted.task_id}` });
  });
