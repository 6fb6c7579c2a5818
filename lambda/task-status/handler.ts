import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { ENVIRONMENT } from '../environment.ts';
import { type AuthorizedEvent, clientOf } from '../http/client.ts';
import { ownTask } from '../http/own-task.ts';
import { jsonAnswer, problemAnswers } from '../http/problem.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { settingsFrom } from '../settings.ts';
import { VERSION } from '../version.ts';
import { resultAnswer } from './task-result.ts';
import { taskView } from './view.ts';

const ledger = dynamoLedger(dynamoClient(), settingsFrom(process.env).text(ENVIRONMENT.ledgerTable));

type Event = APIGatewayProxyEventV2 & AuthorizedEvent;

/** Serves `GET /api/tasks/{task_id}`, `GET /api/tasks/{task_id}/result` and `GET /api/health`. */
export const handler = middy<Event, APIGatewayProxyStructuredResultV2, Error, Context>({
  timeoutEarlyInMillis: 0,
})
  .use(problemAnswers())
  .handler(async (event) => {
    if (event.routeKey === 'GET /api/health') return jsonAnswer(200, { status: 'ok', version: VERSION });
    const entry = await ownTask(event.pathParameters?.task_id ?? '', clientOf(event), ledger);
    if (event.routeKey.endsWith('/result')) return await resultAnswer(entry, ledger);
    return jsonAnswer(200, taskView(entry));
  });
