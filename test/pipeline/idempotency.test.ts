import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, startPipeline } from '../support/pipeline.ts';
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

describe('the same Idempotency-Key', () => {
  it('accepts one task however often it comes at once: one run, one callback, one answer', async () => {
    const body = { task_name: 'generate-report', callback_url: receiver.url };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => pipeline.submit(body, { 'idempotency-key': 'order-17' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const bodies = new Set(await Promise.all(answers.map((answer) => answer.text())));
    expect(bodies.size).toBe(1);

    const { task_id } = JSON.parse([...bodies][0] ?? '') as { task_id: string };
    expect(await pipeline.settled(task_id, 'delivered')).toMatchObject({ runs: 1 });

    const late = await pipeline.submit(body, { 'idempotency-key': 'order-17' });
    expect(await late.text()).toBe([...bodies][0]);
    // Everything that the twenty requests sent has been looked at once this one has gone through.
    const next = await pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url });
    await pipeline.settled(next, 'delivered');
    expect(receiver.received.filter(({ headers }) => headers['webhook-id'] === task_id)).toHaveLength(1);
    expect((await pipeline.task(task_id)).runs).toBe(1);
  });

  it('is refused for another request', async () => {
    const key = { 'idempotency-key': 'order-18' };
    const taskId = await pipeline.accepted({ task_name: 'sleep', input: { seconds: 0 } }, key);
    const answer = await pipeline.submit({ task_name: 'sleep', input: { seconds: 1 } }, key);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      title: 'Unprocessable Content',
      detail: expect.stringContaining(taskId),
    });
  });
});
