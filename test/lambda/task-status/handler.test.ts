import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { handler as statusHandler } from '../../../lambda/task-status/handler.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { httpEvent, lambdaContext } from '../../support/lambda-events.ts';

let engines: EmbeddedEngines;
let table: TestLedger;
let handler: typeof statusHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  setFunctionEnvironment(engines, { LEDGER_TABLE: table.table });
  ({ handler } = await import('../../../lambda/task-status/handler.ts'));
});
afterAll(() => engines.stop());

const ALICE = 'arn:aws:iam::123456789012:user/alice';
const BOB = 'arn:aws:iam::123456789012:user/bob';

async function get(route: string, taskId?: string, userArn: string | null = ALICE) {
  const event = httpEvent(`GET ${route}`, {
    userArn,
    ...(taskId !== undefined && { pathParameters: { task_id: taskId } }),
  });
  const answer = (await handler(event, lambdaContext())) as APIGatewayProxyStructuredResultV2;
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? '') };
}

const status = (taskId: string, userArn?: string | null) => get('/api/tasks/{task_id}', taskId, userArn);
const result = (taskId: string, userArn?: string | null) =>
  get('/api/tasks/{task_id}/result', taskId, userArn);

async function given(entry: Entry): Promise<string> {
  await table.ledger.create(entry);
  return entry.task_id;
}

describe('GET /api/tasks/{task_id}', () => {
  it('tells of a task that was accepted', async () => {
    const { callback_url: _none, ...entry } = acceptedTask();
    const id = await given(entry);

    expect(await status(id)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: {
        task_id: id,
        task_name: 'sleep',
        status: 'accepted',
        callback_pending: false,
        accepted_at: '2025-11-24T16:00:00.000Z',
        runs: 0,
      },
    });
  });

  it('tells of every attempt at a callback, and of the next', async () => {
    const id = await given(
      deliveringTask({
        attempt_count: 2,
        attempts: [
          { attempt: 1, at_ms: 1_764_000_006_000, duration_ms: 40, status_code: 503 },
          { attempt: 2, at_ms: 1_764_000_011_500, duration_ms: 3, error_class: 'connection-refused' },
        ],
        last_answer: 'closed for lunch',
        next_attempt_at_ms: 1_764_000_311_500,
      }),
    );

    expect((await status(id)).body).toEqual({
      task_id: id,
      task_name: 'sleep',
      status: 'delivering',
      callback_pending: true,
      accepted_at: '2025-11-24T16:00:00.000Z',
      runs: 1,
      outcome: {
        status: 'completed',
        completed_at: '2025-11-24T16:00:05.000Z',
        result_url: `/api/tasks/${id}/result`,
      },
      callback: {
        url: 'https://receiver.example/hook?key=1',
        format: 'task',
        attempt_count: 2,
        attempts: [
          { attempt: 1, at: '2025-11-24T16:00:06.000Z', duration_ms: 40, status_code: 503 },
          { attempt: 2, at: '2025-11-24T16:00:11.500Z', duration_ms: 3, error: 'connection-refused' },
        ],
        last_answer: 'closed for lunch',
        next_attempt_at: '2025-11-24T16:05:11.500Z',
        deliver_by: '2025-11-27T16:00:05.000Z',
      },
    });
  });

  it('tells why a task failed, and why its callback was given up', async () => {
    const id = await given(
      deliveringTask({
        state: 'dead',
        outcome: {
          status: 'failed',
          completed_at_ms: 1_764_000_005_000,
          error: { type: 'RangeError', message: 'no rows' },
        },
        dead_at_ms: 1_764_259_205_000,
        dead_reason: 'deadline-passed',
      }),
    );

    expect((await status(id)).body).toMatchObject({
      status: 'dead',
      callback_pending: false,
      outcome: { status: 'failed', error: { type: 'RangeError', message: 'no rows' } },
      callback: { dead_at: '2025-11-27T16:00:05.000Z', dead_reason: 'deadline-passed' },
    });
  });

  it('takes an id in capitals, too', async () => {
    const id = await given(acceptedTask());

    expect((await status(id.toUpperCase())).body).toMatchObject({ task_id: id });
  });

  it.each(['8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10', 'no-such-task', '../../etc/passwd', ''])(
    'knows no task %j: 404',
    async (taskId) => {
      expect(await status(taskId)).toEqual({
        status: 404,
        headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
        body: {
          type: 'about:blank',
          title: 'Not Found',
          status: 404,
          detail: `There is no task ${JSON.stringify(taskId)}. Task ids are what POST /api/tasks answers.`,
        },
      });
    },
  );

  it("answers somebody else's task as one that does not exist", async () => {
    const id = await given(deliveringTask());

    for (const answer of [await status(id, BOB), await result(id, BOB)]) {
      expect(answer.status).toBe(404);
      expect(answer.body.detail).toBe(`There is no task "${id}". Task ids are what POST /api/tasks answers.`);
    }
  });

  it('answers a request without an identity with 401', async () => {
    expect((await status(await given(acceptedTask()), null)).status).toBe(401);
  });
});

describe('GET /api/tasks/{task_id}/result', () => {
  it('is what the work returned, also where it lies beside its entry', async () => {
    const inline = await given(deliveringTask());
    const outcome = { status: 'completed', completed_at_ms: 0, result: { ref: 'result#a-token' } } as const;
    const beside = deliveringTask({ outcome });
    await table.ledger.create(beside);
    await table.ledger.storePayload(beside, { ref: 'result#a-token', json: '["many","rows"]' });

    expect(await result(inline)).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'private, no-store' },
      body: { slept_seconds: 4 },
    });
    expect((await result(beside.task_id)).body).toEqual(['many', 'rows']);
  });

  it('is none yet where the task has not ended: 409', async () => {
    expect(await result(await given(acceptedTask({ state: 'running' })))).toMatchObject({
      status: 409,
      body: {
        title: 'Conflict',
        detail: 'The task is running; it has no result yet. Ask again later, or wait for its callback.',
      },
    });
  });

  it('is none where the task has failed: 409', async () => {
    const error = { type: 'RangeError', message: 'no rows' };
    const id = await given(deliveringTask({ outcome: { status: 'failed', completed_at_ms: 0, error } }));

    expect(await result(id)).toMatchObject({
      status: 409,
      body: { detail: `The task has no result: its outcome is "failed". GET /api/tasks/${id} tells why.` },
    });
  });
});

describe('GET /api/health', () => {
  it('answers without a look at any task', async () => {
    expect(await get('/api/health')).toMatchObject({ status: 200, body: { status: 'ok', version: '0.1.0' } });
  });
});
