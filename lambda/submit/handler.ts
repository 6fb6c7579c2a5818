import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { callbackRules } from '../callback/rules.ts';
import { AUTH_KINDS } from '../contract/auth.ts';
import { CALLBACK_FORMATS } from '../contract/formats.ts';
import { ENVIRONMENT } from '../contract/variables.ts';
import { type AuthorizedEvent, clientOf } from '../http/client.ts';
import { issueBudget } from '../http/issues.ts';
import { bytesOf } from '../http/json-body.ts';
import { jsonAnswer, problemAnswers } from '../http/problem.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { tellStep } from '../log.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { settingsFrom } from '../settings.ts';
import { type DeployedTasks, externalTimeoutMs } from '../task/deployed-tasks.ts';
import { parseBatch } from './batch-request.ts';
import { parseIdempotencyKey } from './idempotency.ts';
import { parseSubmission, parseSubmitRequest, type SubmitRules } from './request.ts';
import { batchItem, submitBatch } from './submit-batch.ts';
import { type SubmitPorts, type SubmitSettings, submitTask } from './submit-task.ts';

type Event = APIGatewayProxyEventV2 & AuthorizedEvent;

/** Returns the handler of `POST /api/tasks` and `POST /api/tasks/batch` for these tasks. The build calls it. */
export function submitHandler(tasks: DeployedTasks) {
  const settings = settingsFrom<'submit'>(process.env);
  const auth = settings.choice('AUTH', AUTH_KINDS);
  const ports: SubmitPorts = {
    ledger: dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable)),
    tasks: sqsQueue(sqsClient(), settings.text(ENVIRONMENT.tasksQueueUrl)),
    now: Date.now,
    newTaskId: randomUUID,
    tell: tellStep,
  };
  const rules: SubmitRules = {
    tasks,
    callbacks: callbackRules(settings),
    callbackFormat: settings.choice('CALLBACK_FORMAT', CALLBACK_FORMATS),
  };
  const submitSettings: SubmitSettings = {
    externalTimeoutMs: (taskName) => externalTimeoutMs(tasks.find(taskName)),
    maxRuns: settings.count('MAX_RUNS'),
    deliveryDeadlineMs: settings.ms('DELIVERY_DEADLINE_SECONDS'),
    retentionMs: settings.ms('RETENTION_SECONDS'),
  };

  return middy<Event, APIGatewayProxyStructuredResultV2, Error, Context>({ timeoutEarlyInMillis: 0 })
    .use(problemAnswers())
    .handler(async (event) => {
      const client = clientOf(event, auth);
      const body = bytesOf(event);
      if (event.routeKey.endsWith('/batch')) {
        const budget = issueBudget();
        const parse = (value: unknown) => parseSubmission(value, rules, budget);
        const items = parseBatch(body).map((value) => batchItem(value, parse));
        return jsonAnswer(200, { results: await submitBatch(client, items, ports, submitSettings) });
      }
      const key = parseIdempotencyKey(event.headers['idempotency-key']);
      const request = parseSubmitRequest(body, rules, event.headers['content-type']);
      const accepted = await submitTask(client, request, key, ports, submitSettings);
      return jsonAnswer(202, accepted, { location: `/api/tasks/${accepted.task_id}` });
    });
}
