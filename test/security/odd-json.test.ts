import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { handler as statusHandler } from '../../lambda/task-status/handler.ts';
import { type EmbeddedEngines, startEmbeddedEngines, type TestLedger } from '../support/embedded-engines.ts';
import { setFunctionEnvironment } from '../support/function-environment.ts';
import { httpEvent, lambdaContext } from '../support/lambda-events.ts';
import { loadSubmitHandler, type SubmitHandler } from '../support/source-handlers.ts';

let engines: EmbeddedEngines;
let table: TestLedger;
let submit: SubmitHandler;
let status: typeof statusHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: (await engines.newQueue()).url,
  });
  submit = await loadSubmitHandler();
  ({ handler: status } = await import('../../lambda/task-status/handler.ts'));
});
afterAll(() => engines.stop());

async function post(body: string | Buffer) {
  const event = httpEvent('POST /api/tasks', {
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  });
  const answer = (await submit(event, lambdaContext())) as APIGatewayProxyStructuredResultV2;
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') };
}

/** The input as it is stored, of a request that is accepted. */
async function stored(input: string) {
  const { status, body } = await post(`{"task_name":"generate-report","input":${input}}`);
  expect(status).toBe(202);
  return (await table.ledger.read(body.task_id))?.input;
}

/** What is wrong with an input. */
async function issues(input: string) {
  const { status, body } = await post(`{"task_name":"generate-report","input":${input}}`);
  expect(status).toBe(400);
  return body.issues;
}

describe('odd JSON', () => {
  it('with names that objects have of themselves is data, and changes nothing here', async () => {
    const rows = '{"rows":[{"__proto__":1,"constructor":"x","toString":null,"hasOwnProperty":true}]}';

    expect(await stored(rows)).toEqual({ json: rows });
    await post(
      '{"task_name":"sleep","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect({}).not.toHaveProperty('polluted');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', '\u0000', '../sleep', 'Sleep'])(
    'that names the task %j names none',
    async (name) => {
      const { status, body } = await post(JSON.stringify({ task_name: name }));

      expect(status).toBe(400);
      expect(body.issues).toMatchObject([{ path: 'task_name' }]);
    },
  );

  it('that says a key twice means the last, as JSON.parse does', async () => {
    expect(await stored('{"csv":"first","csv":"last"}')).toEqual({ json: '{"csv":"last"}' });
  });

  it('with a number that no double holds is refused: it would be stored as null', async () => {
    expect(await issues('{"rows":[{"a":1e999}]}')).toEqual([
      { path: 'input.rows.0.a', message: 'expected string or number or boolean or null' },
    ]);
  });

  it('with halves of surrogate pairs and NUL is stored as it was sent', async () => {
    expect(await stored('{"csv":"\\ud800 \\u0000"}')).toEqual({ json: '{"csv":"\\ud800 \\u0000"}' });
  });

  it('with a byte order mark is read without it; in UTF-16 it is no JSON', async () => {
    const body = '{"task_name":"generate-report"}';

    expect((await post(`\ufeff${body}`)).status).toBe(202);
    expect((await post(Buffer.from(`\ufeff${body}`, 'utf16le'))).status).toBe(400);
  });

  it('whose callback_url has half of a surrogate pair is refused: no table takes it', async () => {
    const { status, body } = await post(
      '{"task_name":"generate-report","callback_url":"https://example.com/\\ud800"}',
    );

    expect(status).toBe(400);
    expect(body.issues).toMatchObject([{ path: 'callback_url' }]);
  });
});

describe('an odd path', () => {
  it.each([
    '',
    '..',
    '../entry',
    'task#x',
    '%00',
    '\u0000',
    `${'0'.repeat(36)}#entry`,
    '-'.repeat(36),
    'x'.repeat(9_000),
  ])('that names the task %j finds none', async (task_id) => {
    const event = httpEvent('GET /api/tasks/{task_id}', { pathParameters: { task_id } });
    const answer = (await status(event, lambdaContext())) as APIGatewayProxyStructuredResultV2;

    expect(answer.statusCode).toBe(404);
    expect(answer.body?.length).toBeLessThan(1_000);
  });
});
