import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { ALICE } from '../support/entries.ts';
import { httpEvent } from '../support/lambda-events.ts';
import { opsJson } from '../support/ops.ts';
import { type ScriptedReceiver, startReceiver } from '../support/scripted-receiver.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { type RuntimeStack, startRuntimeStack } from './runtime-stack.ts';

let stack: RuntimeStack;
let receiver: ScriptedReceiver;

beforeAll(async () => {
  stack = await startRuntimeStack(inject('assemblyDirectory'));
  receiver = await startReceiver();
});
afterAll(async () => {
  await stack.stop();
  await receiver.stop();
});

const proxies: TcpProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

/** The engines behind connections that can be cut or silenced. */
async function behindProxies() {
  const proxyOf = async (url: string) => {
    const proxy = await startTcpProxy(Number(new URL(url).port));
    proxies.push(proxy);
    return proxy.url;
  };
  const { dynamodb, sqs, secretsManager } = stack.endpoints;
  return {
    ...stack.endpoints,
    dynamodb: await proxyOf(dynamodb),
    sqs: await proxyOf(sqs),
    secretsManager: await proxyOf(secretsManager),
  };
}

const bodiesOf = (taskId: string) =>
  receiver.received
    .filter(({ headers }) => headers['webhook-id'] === taskId)
    .map(({ body }) => JSON.parse(body));

/** Whether a process still runs. One that has ended stays listed as a zombie until its new parent takes note of it. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const callback = () => ({ callback_url: receiver.url });

describe('a task under AWS’s runtime client, frozen between all invocations', () => {
  it('is accepted, run and called back, and the signature is right', async () => {
    const [submit, run, deliver] = await Promise.all([
      stack.start('submit'),
      stack.start('run'),
      stack.start('deliver'),
    ]);

    const taskId = await stack.submit(submit, { task_name: 'generate-report', ...callback() });
    expect(await stack.handleNext('tasks', run)).toEqual({ batchItemFailures: [] });
    expect(await stack.handleNext('callbacks', deliver)).toEqual({ batchItemFailures: [] });

    const [received] = receiver.received.filter(({ headers }) => headers['webhook-id'] === taskId);
    const { current = '' } = await opsJson('secret', 'show', '--client', ALICE, '--state', stack.state);
    const headers = received?.headers as Record<string, string>;
    expect(new Webhook(current).verify(received?.body ?? '', headers)).toMatchObject({
      task_id: taskId,
      status: 'completed',
    });
    expect(await stack.entry(taskId)).toMatchObject({ state: 'delivered', runs: 1, attempt_count: 1 });
  });
});

describe('connections to AWS that are kept while the function is frozen', () => {
  it.each(['endOpen', 'silenceOpen'] as const)(
    'do not fail the next invocation after %s',
    async (happens) => {
      const [submit, run, deliver] = await Promise.all(
        (['submit', 'run', 'deliver'] as const).map(async (part) => stack.start(part, await behindProxies())),
      );
      if (submit === undefined || run === undefined || deliver === undefined) throw new Error('not started');
      const passed = async () => {
        const taskId = await stack.submit(submit, {
          task_name: 'sleep',
          input: { seconds: 0 },
          ...callback(),
        });
        await stack.handleNext('tasks', run);
        await stack.handleNext('callbacks', deliver);
        return taskId;
      };
      await passed();
      for (const proxy of proxies) proxy[happens]();
      expect(proxies.some(({ connections }) => connections.opened > 0)).toBe(true);

      const startMs = performance.now();
      const taskId = await passed();

      expect(bodiesOf(taskId)).toMatchObject([{ status: 'completed' }]);
      expect(await stack.entry(taskId)).toMatchObject({ state: 'delivered', runs: 1, attempt_count: 1 });
      // Each function may need one attempt of 1.5 s to find out; 4.5 s of one would be all three attempts.
      expect(performance.now() - startMs).toBeLessThan(3 * 4_500);
    },
  );
});

describe('many connections to AWS that are kept while submit is frozen', () => {
  it('and go silent do not fail a submission: the second attempt opens a new one', async () => {
    const submit = await stack.start('submit', await behindProxies());
    // Delayed, so that no other story receives their messages.
    const warmUp = Array.from({ length: 20 }, (_, n) => ({
      task_name: 'sleep',
      input: { seconds: 0 },
      idempotency_key: `warm-up ${n}`,
      delay_seconds: 900,
    }));
    const body = JSON.stringify({ tasks: warmUp });
    await submit.invoke(httpEvent('POST /api/tasks/batch', { body }));
    expect(Math.max(...proxies.map(({ connections }) => connections.open))).toBeGreaterThan(3);
    for (const proxy of proxies) proxy.silenceOpen();

    const startMs = performance.now();
    await stack.submit(submit, { task_name: 'sleep', input: { seconds: 0 }, delay_seconds: 900 });

    // One attempt of 1.5 s for each of DynamoDB and SQS; all three attempts of one would take 4.5 s.
    expect(performance.now() - startMs).toBeLessThan(4_500);
  });
});

describe('the process of the work', () => {
  it('that was killed while the function was frozen is replaced for the next task', async () => {
    const [submit, run] = await Promise.all([stack.start('submit'), stack.start('run')]);
    await stack.submit(submit, { task_name: 'sleep', input: { seconds: 0 } });
    await stack.handleNext('tasks', run);
    const [, work = 0] = run.pids;
    process.kill(work, 'SIGKILL');

    const taskId = await stack.submit(submit, { task_name: 'sleep', input: { seconds: 0 } });
    await stack.handleNext('tasks', run);

    expect(await stack.entry(taskId)).toMatchObject({
      state: 'completed',
      runs: 1,
      outcome: { status: 'completed' },
    });
    expect(run.pids[1]).not.toBe(work);
  });

  it('that runs out of memory fails its task, and not the function', async () => {
    const [submit, run, deliver] = await Promise.all([
      stack.start('submit'),
      stack.start('run'),
      stack.start('deliver'),
    ]);
    const taskId = await stack.submit(submit, { task_name: 'use-all-memory', ...callback() });

    await stack.handleNext('tasks', run);
    await stack.handleNext('callbacks', deliver);

    expect(bodiesOf(taskId)).toMatchObject([{ status: 'failed', error: { type: 'OutOfMemory' } }]);
    const next = await stack.submit(submit, { task_name: 'sleep', input: { seconds: 0 } });
    await stack.handleNext('tasks', run);
    expect(await stack.entry(next)).toMatchObject({ state: 'completed', outcome: { status: 'completed' } });
  });

  it.each([
    ['as it is thawed', 500],
    ['while the next task runs', 1_500],
  ])('that an earlier task breaks %s does not fail the next task', async (_when, afterMs) => {
    const [submit, run] = await Promise.all([stack.start('submit'), stack.start('run')]);
    await stack.submit(submit, { task_name: 'leave-an-error', input: { afterMs } });
    await stack.handleNext('tasks', run);
    const linesBefore = stack.log.length;
    await delay(700);

    const taskId = await stack.submit(submit, { task_name: 'sleep', input: { seconds: 1.5 } });
    await stack.handleNext('tasks', run);

    expect(await stack.entry(taskId)).toMatchObject({
      state: 'completed',
      runs: 1,
      outcome: { status: 'completed', result: { json: '{"slept_seconds":1.5}' } },
    });
    const lines = stack.log.slice(linesBefore).filter((line) => line.includes('task left an error behind'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('left by an earlier task');
  });
});

describe('an environment that Lambda shuts down', () => {
  it('in the middle of a run loses nothing: another one runs the task again', async () => {
    const [submit, run, other] = await Promise.all([
      stack.start('submit'),
      stack.start('run'),
      stack.start('run'),
    ]);
    const taskId = await stack.submit(submit, { task_name: 'sleep', input: { seconds: 4 } });
    const cut = stack.handleNext('tasks', run).then(
      () => 'answered',
      (error: Error) => error.message,
    );
    await delay(1_500);
    const pids = run.pids;

    await run.shutDown();

    expect(await cut).toMatch(/^The environment ended with /);
    expect(await stack.entry(taskId)).toMatchObject({ state: 'running', runs: 1 });
    // Its work ends with it.
    await delay(1_000);
    expect(pids.filter(isAlive)).toEqual([]);

    // Until the lease of the first run lapses, the message is put back.
    expect(await stack.handleNext('tasks', other)).toMatchObject({ batchItemFailures: [{}] });
    expect(await stack.handleNext('tasks', other)).toEqual({ batchItemFailures: [] });
    expect(await stack.entry(taskId)).toMatchObject({
      state: 'completed',
      runs: 2,
      outcome: { status: 'completed' },
    });
  });
});
