import * as z from 'zod/mini';
import { completionBodySchema } from '../lambda/complete-task/request.ts';
import type { AuthKind } from '../lambda/contract/auth.ts';
import { CALLBACK_FORMATS, type CallbackFormat, FORMAT_DESCRIPTIONS } from '../lambda/contract/formats.ts';
import { MAX_BATCH_TASKS, MAX_IDEMPOTENCY_KEY_LENGTH } from '../lambda/contract/limits.ts';
import { VERSION } from '../lambda/contract/version.ts';
import { batchBodySchema } from '../lambda/submit/batch-request.ts';
import { submitBodySchema } from '../lambda/submit/request.ts';
import { accepted, batchResults, health, message, problem, settled, taskView } from './answers.ts';

type Json = Record<string, unknown>;

/** The API and its callbacks as an OpenAPI 3.1 document, made from the schemas that check requests. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'callback-completion',
      version: VERSION,
      description:
        'Accepts slow work, runs it in the background, and tells the outcome with a signed HTTP POST.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // The one of the three that a deployment has; task-status puts its own in.
    security: [{ iam: [] }],
    paths: {
      '/api/tasks': { post: submit() },
      '/api/tasks/batch': {
        post: operation(`Submit up to ${MAX_BATCH_TASKS} tasks`, {
          body: batchSchema(),
          answers: { 200: ['One result for each task, in order', jsonSchema(batchResults)] },
          problems: [400, 413, 503],
        }),
      },
      '/api/tasks/{task_id}': {
        parameters: [taskIdParameter],
        get: operation('How a task stands', {
          answers: { 200: ['The task', jsonSchema(taskView)] },
          problems: [404, 503],
        }),
        delete: operation('Cancel a task that nobody has begun', {
          answers: { 200: ['Cancelled; its callback tells so', jsonSchema(settled)] },
          problems: [404, 409, 503],
        }),
      },
      '/api/tasks/{task_id}/result': {
        parameters: [taskIdParameter],
        get: operation('The result of a task', {
          answers: { 200: ['As the work returned it', {}] },
          problems: [404, 409, 503],
        }),
      },
      '/api/tasks/{task_id}/completion': {
        parameters: [taskIdParameter],
        post: operation('Settle work that is done elsewhere', {
          body: jsonSchema(completionBodySchema),
          answers: { 200: ['Settled; telling the same again answers the same', jsonSchema(settled)] },
          problems: [400, 404, 409, 413, 503],
        }),
      },
      '/api/tasks/{task_id}/replay': {
        parameters: [taskIdParameter],
        post: operation('Send a settled callback once more', {
          answers: { 202: ['It is sent again: the same id and body', jsonSchema(settled)] },
          problems: [404, 409, 503],
        }),
      },
      '/api/health': {
        get: operation('Whether the service answers', {
          answers: { 200: ['It does', jsonSchema(health)] },
          problems: [],
        }),
      },
      '/api/openapi.json': {
        get: operation('This document', { answers: { 200: ['OpenAPI 3.1', {}] }, problems: [] }),
      },
    },
    webhooks: Object.fromEntries(
      CALLBACK_FORMATS.map((format) => [`callback-${format}`, { post: webhook(format) }]),
    ),
    components: {
      schemas: { Problem: jsonSchema(problem), Message: jsonSchema(message) },
      responses: problemResponses(),
      securitySchemes: {
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'AWS Signature Version 4, service execute-api',
        },
        jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        'api-key': { type: 'http', scheme: 'bearer', description: 'A key: cck_…' },
      } satisfies Record<AuthKind, object>,
    },
  };
}

const taskIdParameter = {
  name: 'task_id',
  in: 'path',
  required: true,
  schema: { type: 'string', format: 'uuid' },
};

function submit(): Json {
  const schema = jsonSchema(submitBodySchema);
  const operationOfJson = operation('Submit a task', {
    body: schema,
    answers: { 202: ['Accepted: it is stored, and its callback is owed', jsonSchema(accepted)] },
    problems: [400, 413, 415, 422, 503],
  });
  return {
    ...operationOfJson,
    parameters: [
      {
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        description: 'The same key and request give the same answer and one task; printable ASCII',
        schema: { type: 'string', minLength: 1, maxLength: MAX_IDEMPOTENCY_KEY_LENGTH },
      },
    ],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema },
        'application/x-www-form-urlencoded': {
          schema: {
            type: 'object',
            description:
              'task_name, callback_url, callback_format, delay_seconds; any other field becomes input',
            properties: { task_name: { type: 'string' } },
            required: ['task_name'],
            additionalProperties: true,
          },
        },
      },
    },
  };
}

/** Each task of a batch is a request of its own, with its key in the body. */
function batchSchema(): Json {
  const task = z.extend(submitBodySchema, {
    idempotency_key: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH))),
  });
  const schema = jsonSchema(batchBodySchema) as { properties: { tasks: Json } };
  return { ...schema, properties: { tasks: { ...schema.properties.tasks, items: jsonSchema(task) } } };
}

function webhook(format: CallbackFormat): Json {
  const { contentType = 'application/json', headers = {}, body } = FORMAT_DESCRIPTIONS[format];
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  });
  return {
    summary: `The outcome of a task, in the format ${format}`,
    security: [],
    parameters: [
      header('webhook-id', 'The task id; the same at every attempt'),
      header('webhook-timestamp', 'Unix seconds of this attempt'),
      header(
        'webhook-signature',
        'Standard Webhooks: v1,<base64>, one for each live secret, separated by spaces',
      ),
      header('x-task-id', 'The task id'),
      header('x-task-status', 'How the task ended, in the word of the format'),
      header('x-task-timestamp', 'Unix seconds of this attempt'),
      header('x-task-signature', 'Hex HMAC-SHA256 of base64(body):timestamp'),
      ...Object.entries(headers).map(([name, description]) => header(name, description)),
    ],
    requestBody: { required: true, content: { [contentType]: { schema: jsonSchema(body()) } } },
    responses: {
      '2XX': { description: 'Taken' },
      410: { description: 'Never again' },
      default: { description: 'Tried again' },
    },
  };
}

interface Operation {
  readonly body?: Json;
  readonly answers: Readonly<Record<number, readonly [description: string, schema: Json]>>;
  readonly problems: readonly number[];
}

function operation(summary: string, { body, answers, problems }: Operation): Json {
  const told = Object.entries(answers).map(([status, [description, schema]]) => [
    status,
    { description, content: { 'application/json': { schema } } },
  ]);
  const refused = [401, 403, 429, ...problems, 500].map((status) => [
    String(status),
    { $ref: `#/components/responses/${status}` },
  ]);
  return {
    summary,
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
    }),
    responses: Object.fromEntries([...told, ...refused]),
  };
}

/** What routes may refuse with. */
const PROBLEMS: Readonly<Record<number, string>> = {
  401: 'The request carries no identity',
  403: 'The signature, token or key is not valid, or its owner may not call this route',
  500: 'Something broke here; with an Idempotency-Key it is safe to send it again',
  400: 'The body is not as it should be',
  404: 'There is no such task, or it is somebody else’s',
  409: 'The task is not in a state that allows it',
  413: 'The body is too large',
  415: 'Files are not taken',
  422: 'The Idempotency-Key was used for another request',
  429: 'More requests than the API takes at once; send it again later',
  503: 'The ledger or the queue is out of reach; send it again',
};

/** Those that API Gateway gives by itself, in a form of its own. */
const OF_THE_GATEWAY: readonly string[] = ['403', '429'];

function problemResponses(): Json {
  const seconds = { description: 'When to send it again, in seconds', schema: { type: 'integer' } };
  return Object.fromEntries(
    Object.entries(PROBLEMS).map(([status, description]) => [
      status,
      {
        description,
        ...(status === '503' && { headers: { 'Retry-After': seconds } }),
        content: OF_THE_GATEWAY.includes(status)
          ? { 'application/json': { schema: { $ref: '#/components/schemas/Message' } } }
          : { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function jsonSchema(schema: z.core.$ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    // A format says it all; its pattern is long, and the document is part of a function.
    override: ({ jsonSchema: made }) => {
      if (made.format !== undefined) delete made.pattern;
    },
  });
  return rest;
}
