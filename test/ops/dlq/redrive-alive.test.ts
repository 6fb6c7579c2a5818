/** Redrives of a whole pipeline that runs, among them one that is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEndpoints } from '../../../local/endpoints-file.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../../local/references.ts';
import { ops, opsReport } from '../../support/ops.ts';
import { eventually, type Pipeline, startPipeline } from '../../support/pipeline.ts';
import { type ScriptedReceiver, startReceiver } from '../../support/scripted-receiver.ts';

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await startPipeline();
  // A letter that was in the hands of who was killed comes back after 2 s instead of 30.
  const { engines, pipelines } = readEndpoints(pipeline.state) ?? {};
  const sqs = new SQSClient({ endpoint: engines?.sqs ?? '', region: REGION, credentials: LOCAL_CREDENTIALS });
  const QueueUrl = pipelines?.[0]?.queueUrls['dead-letters'];
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '2' } }));
  sqs.destroy();
});
afterAll(() => pipeline.stop());

/** A receiver that says 410 Gone to so many callbacks, which kills them, and is well from then on. */
async function killedBy(count: number): Promise<{ receiver: ScriptedReceiver; host: string; ids: string[] }> {
  const receiver = await startReceiver(Array(count).fill(410));
  const ids = await Promise.all(
    Array.from({ length: count }, () =>
      pipeline.accepted({ task_name: 'generate-report', callback_url: receiver.url }),
    ),
  );
  await Promise.all(ids.map((id) => pipeline.settled(id, 'dead')));
  return { receiver, host: new URL(receiver.url).host, ids };
}

/** How often each task's callback was received, not counting those that were refused. */
function deliveries({ received }: ScriptedReceiver, refused: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { headers } of received.slice(refused)) {
    const id = String(headers['webhook-id']);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

const lettersOf = async (host: string) =>
  (
    await opsReport<{ letters: unknown[] }>(
      'dlq',
      'list',
      '--host',
      host,
      '--limit',
      '0',
      '--state',
      pipeline.state,
    )
  ).letters;
const redrive = (host: string) => ops(['dlq', 'redrive', '--host', host, '--state', pipeline.state]);

describe('a redrive on a stack that runs', () => {
  it('made twice at the same time, and once more: each callback is delivered, and none is left', async () => {
    const { receiver, host, ids } = await killedBy(30);

    const [one, other] = await Promise.all([redrive(host), redrive(host)]);
    expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
    await Promise.all(ids.map((id) => pipeline.settled(id, 'delivered')));
    expect((await redrive(host)).out).toContain('Redrove 0 dead letters');

    expect([...deliveries(receiver, 30).keys()].sort()).toEqual(ids.sort());
    expect(await lettersOf(host)).toEqual([]);
    await receiver.stop();
  });

  it('during the delivery of the same callbacks: none is lost, and none is stuck', async () => {
    const { receiver, host, ids } = await killedBy(20);
    const replays = ids
      .slice(0, 10)
      .map((id) => fetch(`${pipeline.stack.url}/api/tasks/${id}/replay`, { method: 'POST' }));

    const [redriven] = await Promise.all([redrive(host), ...replays]);
    expect(redriven.exitCode).toBe(0);

    await Promise.all(ids.map((id) => pipeline.settled(id, 'delivered')));
    expect([...deliveries(receiver, 20).keys()].sort()).toEqual(ids.sort());
    // What the replays have made stale is gone with the next one.
    expect((await redrive(host)).exitCode).toBe(0);
    expect(await lettersOf(host)).toEqual([]);
    await receiver.stop();
  });

  it('of a receiver that is still down: all die once more, each with one letter, and can be redriven', async () => {
    const { receiver, host, ids } = await killedBy(5);
    await receiver.stop();

    expect((await redrive(host)).exitCode).toBe(0);

    await eventually(async () => {
      const views = await Promise.all(ids.map((id) => pipeline.task(id)));
      expect(views.map(({ status, callback }) => [status, callback?.dead_reason])).toEqual(
        ids.map(() => ['dead', 'deadline-passed']),
      );
    });
    expect(await lettersOf(host)).toHaveLength(5);
  });

  it('killed half-way: nothing is lost, and the next one goes on', { timeout: 60_000 }, async () => {
    const { receiver, host, ids } = await killedBy(60);
    const command = [
      'cli/main.ts',
      'ops',
      'dlq',
      'redrive',
      '--host',
      host,
      '--rate',
      '20',
      '--state',
      pipeline.state,
    ];
    const redriving = spawn(process.execPath, command, { stdio: 'ignore' });
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(60 + 15));
    redriving.kill('SIGKILL');
    expect((await once(redriving, 'exit'))[1]).toBe('SIGKILL');

    await eventually(async () => expect((await lettersOf(host)).length).toBeGreaterThan(0));
    expect(receiver.received.length).toBeLessThan(60 + 60);
    // Letters that it held come back one after the other.
    await eventually(async () => {
      expect((await redrive(host)).exitCode).toBe(0);
      const views = await Promise.all(ids.map((id) => pipeline.task(id)));
      expect(views.filter(({ status }) => status !== 'delivered')).toEqual([]);
    }, 30_000);

    expect([...deliveries(receiver, 60).keys()].sort()).toEqual(ids.sort());
    expect(await lettersOf(host)).toEqual([]);
    await receiver.stop();
  });
});
