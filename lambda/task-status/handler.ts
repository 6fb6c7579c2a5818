import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { AUTH_KINDS } from '../contract/auth.ts';
import { ENVIRONMENT } from '../contract/variables.ts';
import { VERSION } from '../contract/version.ts';
import { type AuthorizedEvent, clientOf } from '../http/client.ts';
import { ownTask } from '../http/own-task.ts';
import { jsonAnswer, problemAnswers } from '../http/problem.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { settingsFrom } from '../settings.ts';
import openApi from './openapi.json' with { type: 'json' };
import { resultAnswer } from './task-result.ts';
import { taskView } from './view.ts';

const settings = settingsFrom<'task-status'>(process.env);
const auth = settings.choice('AUTH', AUTH_KINDS);
const ledger = dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable));

type Event = APIGatewayProxyEventV2 & AuthorizedEvent;

/** Serves every `GET`: a task, its result, the service's health, and the description of the API. */
export const handler = middy<Event, APIGatewayProxyStructuredResultV2, Error, Context>({
  timeoutEarlyInMillis: 0,
})
  .use(problemAnswers())
  .handler(async (event) => {
    if (event.routeKey === 'GET /api/health') return jsonAnswer(200, { status: 'ok', version: VERSION });
    if (event.routeKey === 'GET /api/openapi.json') {
      return jsonAnswer(200, { ...openApi, security: [{ [auth]: [] }] });
    }
    const entry = await ownTask(event.pathParameters?.task_id ?? '', clientOf(event, auth), ledger);
    if (event.routeKey.endsWith('/result')) return await resultAnswer(entry, ledger);
    return jsonAnswer(200, taskView(entry));
  });
