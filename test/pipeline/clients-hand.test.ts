import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';

let pipeline: Pipeline;
let receiver: ScriptedReceiver;

beforeAll(async () => {
  pipeline = await startPipeline();
  receiver = await startReceiver();
});

afterAll(async () => {
  await pipeline.stop();
  await receiver.stop();
});

async function send(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${pipeline.stack.url}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const callbacksOf = (taskId: string) =>
  receiver.received
    .filter(({ headers }) => headers['webhook-id'] === taskId)
    .map(({ body }) => JSON.parse(body));

const review = () =>
  pipeline.accepted({
    task_name: 'manual-review',
    callback_url: receiver.url,
    input: { subject: 'invoice 17' },
  });

describe('work that is done elsewhere', () => {
  it('is completed twice by its worker and told of once', async () => {
    const taskId = await review();
    const done = { status: 'completed', result: { approved: true } };

    for (let times = 0; times < 2; times += 1) {
      expect(await send('POST', `/api/tasks/${taskId}/completion`, done)).toEqual({
        status: 200,
        body: { status: 'completed', task_id: taskId, callback_pending: true },
      });
    }

    expect(await pipeline.settled(taskId, 'delivered')).toMatchObject({ runs: 0 });
    expect(callbacksOf(taskId)).toMatchObject([{ status: 'completed', result: { approved: true } }]);
    const other = { status: 'failed', error: 'changed my mind' };
    expect(await send('POST', `/api/tasks/${taskId}/completion`, other)).toMatchObject({ status: 409 });
  });

  it('is told what is wrong with a completion', async () => {
    const taskId = await review();

    expect(await send('POST', `/api/tasks/${taskId}/completion`, { status: 'done' })).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'status' }] },
    });
    expect(
      await send('POST', '/api/tasks/00000000-0000-4000-8000-000000000000/completion', {
        status: 'completed',
      }),
    ).toMatchObject({ status: 404 });
  });
});

describe('a task that is cancelled', () => {
  it('before it is begun is told of as cancelled; a second time is answered the same', async () => {
    const taskId = await pipeline.accepted({
      task_name: 'sleep',
      input: { seconds: 0 },
      delay_seconds: 3_600,
      callback_url: receiver.url,
    });

    expect(await send('DELETE', `/api/tasks/${taskId}`)).toEqual({
      status: 200,
      body: { status: 'cancelled', task_id: taskId, callback_pending: true },
    });

    await pipeline.settled(taskId, 'delivered');
    expect(callbacksOf(taskId)).toMatchObject([{ status: 'cancelled', error: { type: 'Cancelled' } }]);
    expect(await send('DELETE', `/api/tasks/${taskId}`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', task_id: taskId },
    });
    expect(callbacksOf(taskId)).toHaveLength(1);
  });
});

describe('a callback that is replayed', () => {
  it('comes once more, the same', async () => {
    const taskId = await pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url });
    await pipeline.settled(taskId, 'delivered');

    expect(await send('POST', `/api/tasks/${taskId}/replay`)).toMatchObject({ status: 202 });

    await eventually(() => expect(callbacksOf(taskId)).toHaveLength(2));
    const [first, second] = callbacksOf(taskId);
    expect(second).toEqual(first);
  });
});

describe('a task that is put off', () => {
  it('runs no sooner', async () => {
    const startedMs = Date.now();
    const taskId = await pipeline.accepted({
      task_name: 'sleep',
      input: { seconds: 0 },
      delay_seconds: 2,
      callback_url: receiver.url,
    });
    await pipeline.settled(taskId, 'delivered');
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(2_000);
  });
});

describe('a batch of a hundred', () => {
  it('is accepted with one answer each, and a hundred callbacks come', async () => {
    const tasks = Array.from({ length: 100 }, () => ({
      task_name: 'generate-report',
      callback_url: receiver.url,
    }));

    const { status, body } = await send('POST', '/api/tasks/batch', { tasks });

    expect(status).toBe(200);
    const { results } = body as { results: { status: string; task_id: string }[] };
    expect(new Set(results.map((result) => result.status))).toEqual(new Set(['accepted']));
    await eventually(() => {
      for (const { task_id } of results) expect(callbacksOf(task_id)).toHaveLength(1);
    });
  });

  it('that is empty or too long is refused as a whole', async () => {
    expect(await send('POST', '/api/tasks/batch', { tasks: [] })).toMatchObject({ status: 400 });
    expect(await send('POST', '/api/tasks/batch', { tasks: Array(101).fill({}) })).toMatchObject({
      status: 400,
    });
  });
});
