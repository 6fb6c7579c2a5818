import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { AUTH_KINDS } from '../contract/auth.ts';
import { ENVIRONMENT } from '../contract/variables.ts';
import { type AuthorizedEvent, clientOf } from '../http/client.ts';
import { bytesOf } from '../http/json-body.ts';
import { ownTask } from '../http/own-task.ts';
import { jsonAnswer, problemAnswers } from '../http/problem.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { tellStep } from '../log.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { settingsFrom } from '../settings.ts';
import { cancelTask } from './cancel-task.ts';
import { completeTask } from './complete-task.ts';
import { replayTask } from './replay-task.ts';
import { parseCompletion } from './request.ts';
import type { TransitionPorts, TransitionSettings } from './transition.ts';

const settings = settingsFrom<'complete-task'>(process.env);

const ports: TransitionPorts = {
  ledger: dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable)),
  callbacks: sqsQueue(sqsClient(), settings.text(ENVIRONMENT.callbacksQueueUrl)),
  now: Date.now,
  tell: tellStep,
};

const auth = settings.choice('AUTH', AUTH_KINDS);

const transitionSettings: TransitionSettings = {
  deliveryDeadlineMs: settings.ms('DELIVERY_DEADLINE_SECONDS'),
  retentionMs: settings.ms('RETENTION_SECONDS'),
};

type Event = APIGatewayProxyEventV2 & AuthorizedEvent;

/**
 * Serves what a client may do to a task of its own: `POST /api/tasks/{task_id}/completion`,
 * `POST /api/tasks/{task_id}/replay` and `DELETE /api/tasks/{task_id}`.
 */
export const handler = middy<Event, APIGatewayProxyStructuredResultV2, Error, Context>({
  timeoutEarlyInMillis: 0,
})
  .use(problemAnswers())
  .handler(async (event) => {
    const entry = await ownTask(event.pathParameters?.task_id ?? '', clientOf(event, auth), ports.ledger);
    if (event.routeKey.startsWith('DELETE ')) {
      return jsonAnswer(200, await cancelTask(entry, ports, transitionSettings));
    }
    if (event.routeKey.endsWith('/replay')) {
      return jsonAnswer(202, await replayTask(entry, ports, transitionSettings));
    }
    const body = bytesOf(event);
    return jsonAnswer(200, await completeTask(entry, parseCompletion(body), ports, transitionSettings));
  });
