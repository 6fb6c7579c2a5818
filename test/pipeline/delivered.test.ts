import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type Pipeline, startPipeline } from '../support/pipeline.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';

let pipeline: Pipeline;
const receivers: ScriptedReceiver[] = [];

beforeAll(async () => {
  pipeline = await startPipeline();
});

afterAll(async () => {
  await pipeline.stop();
  await Promise.all(receivers.map((receiver) => receiver.stop()));
});

async function receiver(...statusCodes: number[]): Promise<ScriptedReceiver> {
  const started = await startReceiver(statusCodes);
  receivers.push(started);
  return started;
}

interface InboxEntry {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly result: { readonly artifactUrl: string } };
  readonly verified: boolean;
}

async function inbox(name: string): Promise<InboxEntry[]> {
  return (await (await fetch(`${pipeline.stack.url}/inbox/${name}`)).json()) as InboxEntry[];
}

describe('a task that completes', () => {
  it('is accepted, run, and told of by one verified callback whose artifact answers', async () => {
    const answer = await pipeline.submit({
      task_name: 'generate-report',
      callback_url: `${pipeline.stack.url}/inbox/demo`,
    });
    const { task_id, ...rest } = (await answer.json()) as { task_id: string };
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/api/tasks/${task_id}`);
    expect(rest).toEqual({ status: 'accepted', callback_pending: true });

    const [callback, ...more] = await eventually(async () => {
      const callbacks = await inbox('demo');
      expect(callbacks).not.toEqual([]);
      return callbacks;
    });
    expect(more).toEqual([]);
    expect(callback).toMatchObject({
      verified: true,
      headers: { 'content-type': 'application/json', 'webhook-id': task_id },
      body: {
        status: 'completed',
        task_id,
        task_name: 'generate-report',
        result: {
          taskName: 'generate-report',
          artifactUrl: `${pipeline.stack.url}/api/tasks/${task_id}/result`,
          rowCount: 0,
        },
      },
    });

    const artifact = await fetch(callback?.body.result.artifactUrl ?? '');
    expect(artifact.status).toBe(200);
    expect(await artifact.json()).toEqual(callback?.body.result);
    expect(await pipeline.settled(task_id, 'delivered')).toMatchObject({ runs: 1, callback_pending: false });
  });

  it('computes what its input asks for', async () => {
    const taskId = await pipeline.accepted({
      task_name: 'generate-report',
      input: { csv: 'city,people\nAachen,250000\nBonn,330000\n' },
    });
    await pipeline.settled(taskId, 'completed');
    const result = await fetch(`${pipeline.stack.url}/api/tasks/${taskId}/result`);
    expect(await result.json()).toMatchObject({
      rowCount: 2,
      columns: [
        { name: 'city', count: 2, missing: 0, distinct: 2 },
        { name: 'people', numbers: { min: 250000, max: 330000, sum: 580000, mean: 290000, median: 290000 } },
      ],
    });
  });

  it('carries an input of 200 KB, which lies beside the entry', async () => {
    const to = await receiver();
    const rows = Array.from({ length: 10_000 }, (_, n) => ({ n, text: 'x' }));
    const taskId = await pipeline.accepted({
      task_name: 'generate-report',
      callback_url: to.url,
      input: { rows },
    });
    await pipeline.settled(taskId, 'delivered');
    expect(JSON.parse(to.received[0]?.body ?? '').result).toMatchObject({ rowCount: 10_000 });
  });
});

describe('a receiver that fails at first', () => {
  it('gets every attempt with the same id and body, and a fresh timestamp', async () => {
    const to = await receiver(503, 503, 200);
    const taskId = await pipeline.accepted({ task_name: 'generate-report', callback_url: to.url });
    const view = await pipeline.settled(taskId, 'delivered');

    expect(view.callback?.attempts.map(({ attempt, status_code }) => [attempt, status_code])).toEqual([
      [1, 503],
      [2, 503],
      [3, 200],
    ]);
    expect(view.callback?.last_answer).toBe('seen');
    expect(to.received).toHaveLength(3);
    expect(new Set(to.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([taskId]));
    expect(new Set(to.received.map(({ body }) => body)).size).toBe(1);
    const timestamps = to.received.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(new Set(timestamps).size).toBe(3);
    expect(timestamps).toEqual([...timestamps].sort());
  });

  it('is heeded when it asks for a longer wait', async () => {
    const name = `patient-${Date.now()}`;
    await fetch(`${pipeline.stack.url}/inbox/${name}/responses`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ status: 503, headers: { 'retry-after': '3' } }]),
    });
    const startedMs = Date.now();
    const taskId = await pipeline.accepted({
      task_name: 'generate-report',
      callback_url: `${pipeline.stack.url}/inbox/${name}`,
    });
    await pipeline.settled(taskId, 'delivered');
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(3_000);
  });
});

describe('work that does not complete', () => {
  it('is told as failed, with the type and message of the error and no stack', async () => {
    const to = await receiver();
    const taskId = await pipeline.accepted({
      task_name: 'fail',
      callback_url: to.url,
      input: { message: 'no paper' },
    });
    await pipeline.settled(taskId, 'delivered');
    const { completed_at, ...body } = JSON.parse(to.received[0]?.body ?? '');
    expect(body).toEqual({
      status: 'failed',
      task_id: taskId,
      task_name: 'fail',
      error: { type: 'Error', message: 'no paper' },
    });
    expect(completed_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('is told as timeout once its time is up', async () => {
    const to = await receiver();
    const taskId = await pipeline.accepted({
      task_name: 'sleep',
      callback_url: to.url,
      input: { seconds: 60 },
    });
    await pipeline.settled(taskId, 'delivered');
    expect(JSON.parse(to.received[0]?.body ?? '')).toMatchObject({
      status: 'timeout',
      error: { type: 'Timeout', message: 'the task did not finish within 2 s' },
    });
  });

  it('runs again when it asks for it, and is told of once', async () => {
    const to = await receiver();
    const taskId = await pipeline.accepted({ task_name: 'fail', callback_url: to.url, input: { times: 2 } });
    expect(await pipeline.settled(taskId, 'delivered')).toMatchObject({ runs: 3 });
    expect(to.received.map(({ body }) => JSON.parse(body))).toMatchObject([
      { status: 'completed', result: { runs: 3 } },
    ]);
  });

  it('is failed when it asks for more runs than there are', async () => {
    const taskId = await pipeline.accepted({ task_name: 'fail', input: { times: 9 } });
    expect(await pipeline.settled(taskId, 'completed')).toMatchObject({
      runs: 3,
      outcome: {
        status: 'failed',
        error: { type: 'RetryableTaskError', message: 'this task always fails (run 3 of 10)' },
      },
    });
  });
});
