import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { httpEvent, lambdaContext } from '../../support/lambda-events.ts';
import { loadSubmitHandler, type SubmitHandler } from '../../support/source-handlers.ts';

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let handler: SubmitHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: tasks.url,
    ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8',
  });
  handler = await loadSubmitHandler();
});
afterAll(() => engines.stop());

type Request = NonNullable<Parameters<typeof httpEvent>[1]>;

async function post(request: Request) {
  const answer = (await handler(
    httpEvent('POST /api/tasks', request),
    lambdaContext(),
  )) as APIGatewayProxyStructuredResultV2;
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? '') };
}

const PROBLEM = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

describe('POST /api/tasks', () => {
  it('accepts a task, and says where it can be asked for', async () => {
    const { status, headers, body } = await post({
      body: '{"task_name":"sleep","callback_url":"http://127.0.0.1:9/hook","input":{"seconds":1}}',
    });

    expect(status).toBe(202);
    expect(body).toEqual({
      status: 'accepted',
      task_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      callback_pending: true,
    });
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/api/tasks/${body.task_id}`,
    });
    expect(await table.ledger.read(body.task_id)).toMatchObject({
      state: 'accepted',
      client: 'arn:aws:iam::123456789012:user/alice',
    });
    expect(await tasks.bodies()).toEqual([{ v: 1, task_id: body.task_id, generation: 0 }]);
  });

  it('takes a body in base64, as API Gateway hands on what is not text', async () => {
    const { status } = await post({
      body: Buffer.from('{"task_name":"generate-report"}').toString('base64'),
      isBase64Encoded: true,
    });

    expect(status).toBe(202);
  });

  it('takes a form, whose other fields are the input', async () => {
    const { status, body } = await post({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from('task_name=generate-report&callback_format=job&csv=a%2Cb%0A1%2C2').toString('base64'),
      isBase64Encoded: true,
    });

    expect(status).toBe(202);
    expect(await table.ledger.read(body.task_id)).toMatchObject({
      callback_format: 'job',
      input: { json: '{"csv":"a,b\\n1,2"}' },
    });
  });

  it('answers files with 415', async () => {
    expect(
      await post({ headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' }),
    ).toMatchObject({ status: 415, headers: PROBLEM, body: { title: 'Unsupported Media Type' } });
  });

  it('answers a retry with the same Idempotency-Key the same, and another request 422', async () => {
    const headers = { 'idempotency-key': 'order-42' };
    const body = '{"task_name":"sleep","input":{"seconds":1}}';

    const first = await post({ headers, body });
    const retry = await post({ headers, body: '{ "input": {"seconds": 1.0}, "task_name": "sleep" }' });
    const another = await post({ headers, body: '{"task_name":"sleep","input":{"seconds":2}}' });

    expect(first.body.task_id).toBe('f4c24336-c8f6-89b6-a91e-c00e6e817ccd');
    expect(retry).toEqual(first);
    expect(another).toMatchObject({ status: 422, headers: PROBLEM });
  });

  it.each([
    ['{', 'the body is not JSON in UTF-8'],
    [undefined, 'the body is not JSON in UTF-8'],
    ['[]', 'expected object, received array'],
  ])('answers %j with 400 and what is wrong', async (body, message) => {
    expect(await post(body === undefined ? {} : { body })).toEqual({
      status: 400,
      headers: PROBLEM,
      body: {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail: `The request was not accepted: ${message}`,
        issues: [{ path: '', message }],
      },
    });
  });

  it('answers a bad Idempotency-Key with 400', async () => {
    expect(
      await post({ headers: { 'idempotency-key': '' }, body: '{"task_name":"generate-report"}' }),
    ).toMatchObject({ status: 400, body: { issues: [{ path: 'Idempotency-Key' }] } });
  });

  it('answers a request without an identity with 401, whatever its body', async () => {
    expect(await post({ userArn: null, body: '{' })).toMatchObject({
      status: 401,
      headers: PROBLEM,
      body: { title: 'Unauthorized' },
    });
  });

  it('answers a body over 256 KiB with 413', async () => {
    expect(await post({ body: 'x'.repeat(262_145) })).toMatchObject({
      status: 413,
      headers: PROBLEM,
      body: { title: 'Content Too Large' },
    });
  });

  it('takes the largest input that it promises to take', async () => {
    const csv = 'x'.repeat(262_144 - '{"task_name":"generate-report","input":{"csv":""}}'.length);

    expect(await post({ body: `{"task_name":"generate-report","input":{"csv":"${csv}"}}` })).toMatchObject({
      status: 202,
    });
  });

  it('answers an input that is small as it was sent, but too large to be stored, with 413', async () => {
    // Twenty characters of a hundred quintillion, written in four.
    const rows = Array(20_000).fill('{"n":1e20}').join(',');

    expect(await post({ body: `{"task_name":"generate-report","input":{"rows":[${rows}]}}` })).toMatchObject({
      status: 413,
      headers: PROBLEM,
    });
  });

  it('answers 503 and when to ask again, where the queue is out of reach: nothing was promised', async () => {
    await engines.sqs.call('DeleteQueue', { QueueUrl: tasks.url });

    expect(await post({ body: '{"task_name":"generate-report"}' })).toEqual({
      status: 503,
      headers: { ...PROBLEM, 'retry-after': '5' },
      body: {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail:
          'The task store or its queue could not be reached. Nothing was promised; send the request again.',
      },
    });
  });
});
