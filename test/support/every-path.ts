import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoLedger } from '../../lambda/ledger/dynamo-ledger.ts';
import type { LocalStack } from '../../local/local-stack.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../local/references.ts';
import { eventually, type TaskView } from './pipeline.ts';
import type { RecordedCall } from './recorded-call.ts';
import { answer, startScriptedServer } from './scripted-server.ts';

/** Longer than a result that the entry holds itself. */
const LARGE = 'x'.repeat(600);

const LATER = { task_name: 'generate-report', delay_seconds: 2_000 };

/**
 * Leads tasks through a local stack on every path on which a function calls AWS. Its schedule is off, callbacks may
 * go to loopback, and its deadline is longer than the waits that are parked (120 s).
 *
 * @param calls what the functions have called so far: to see that a path was taken where no state tells it
 * @param authorization the header of each request
 */
export async function takeEveryPath(
  stack: LocalStack,
  calls: readonly RecordedCall[],
  authorization: string,
): Promise<void> {
  const client = { region: REGION, credentials: LOCAL_CREDENTIALS };
  const sqs = new SQSClient({ ...client, endpoint: stack.endpoints.sqs });
  const dynamodb = new DynamoDBClient({ ...client, endpoint: stack.endpoints.dynamodb });
  const ledger = dynamoLedger(dynamodb, stack.description.pipelines[0]?.ledgerTable ?? '');

  const call = async <T>(method: string, path: string, body?: unknown, headers = {}): Promise<T> => {
    const reply = await fetch(stack.url + path, {
      method,
      headers: { authorization, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return JSON.parse(text);
  };
  const submit = async (body: object, headers = {}) =>
    (await call<{ task_id: string }>('POST', '/api/tasks', body, headers)).task_id;
  const task = (id: string) => call<TaskView>('GET', `/api/tasks/${id}`);
  const becomes = (id: string, hold: (view: TaskView) => boolean) =>
    eventually(async () => {
      const view = await task(id);
      if (!hold(view)) throw new Error(`the task is ${JSON.stringify(view)}`);
    });
  const hasCalled = (caller: string, action: string, on: string) =>
    eventually(() => {
      const made = calls.some(
        (one) =>
          one.caller.includes(caller) &&
          one.action === action &&
          `${one.resource} ${one.leadingKeys.join()}`.includes(on),
      );
      if (!made) throw new Error(`${caller} has not called ${action} on ${on}`);
    });
  const isNow = (id: string, state: string) => becomes(id, ({ status }) => status === state);
  const queueUrl = (queue: string) =>
    stack.description.queues.find(({ logicalId }) => logicalId.includes(queue))?.url;
  const bodyOf = (task_id: string, generation: number) => JSON.stringify({ v: 1, task_id, generation });
  const message = async (queue: string, task_id: string, generation: number) => {
    const MessageBody = bodyOf(task_id, generation);
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(queue), MessageBody }));
  };

  const well = await startScriptedServer(answer(200));
  const fails = await startScriptedServer(answer(500), answer(200));
  const busy = await startScriptedServer(answer(503, { 'retry-after': '300' }));
  const down = await startScriptedServer(answer(500));
  const gone = await startScriptedServer(answer(410), answer(410), answer(200));
  const hangs = await startScriptedServer(async (request, response) => {
    await Promise.race([delay(2_200), once(request, 'close')]);
    answer(500)(request, response);
  });

  try {
    const accepted = {
      // One by one, by its key (the second time it is found), and several together.
      plain: await submit({ task_name: 'generate-report', callback_url: well.url }),
      keyed: await submit({ task_name: 'sleep', input: { seconds: 0 } }, { 'idempotency-key': 'k' }),
      again: await submit({ task_name: 'sleep', input: { seconds: 0 } }, { 'idempotency-key': 'k' }),
      large: await submit({ task_name: 'fail', callback_url: fails.url, input: { message: LARGE } }),
      rerun: await submit({ task_name: 'fail', input: { times: 1 } }),
      parked: await submit({ task_name: 'generate-report', callback_url: busy.url }),
      down: await submit({ task_name: 'generate-report', callback_url: down.url }),
      dead: await submit({ task_name: 'generate-report', callback_url: gone.url }),
      hanging: await submit({ task_name: 'generate-report', callback_url: hangs.url }),
      // Later than a queue can wait, and done elsewhere.
      later: await submit({ task_name: 'generate-report', callback_url: well.url, delay_seconds: 2_000 }),
      // By its key and not begun: the second request finds it and sends it again.
      laterByKey: await submit(LATER, { 'idempotency-key': 'later' }),
      laterAgain: await submit(LATER, { 'idempotency-key': 'later' }),
      elsewhere: await submit({
        task_name: 'manual-review',
        callback_url: well.url,
        input: { subject: 'x' },
      }),
      resulting: await submit({
        task_name: 'generate-report',
        input: {
          rows: [Object.fromEntries(Array.from({ length: 30 }, (_, column) => [`c${column}`, column]))],
        },
      }),
    };
    await call('POST', '/api/tasks/batch', {
      tasks: [{ task_name: 'generate-report' }, { task_name: 'fail', input: { message: LARGE } }],
    });

    await isNow(accepted.plain, 'delivered');
    await isNow(accepted.keyed, 'completed');
    await isNow(accepted.large, 'delivered');
    await isNow(accepted.rerun, 'completed');
    await isNow(accepted.resulting, 'completed');
    await call('GET', `/api/tasks/${accepted.resulting}/result`);

    // A host that asks for patience, and one that hangs.
    await becomes(accepted.parked, ({ callback }) => callback?.attempt_count === 1);
    await becomes(accepted.hanging, ({ callback }) => callback?.attempt_count === 1);
    await hasCalled('Deliver', 'dynamodb:PutItem', 'hangs');

    // One that is down for longer than a message may be received.
    await hasCalled('Deliver', 'sqs:SendMessage', 'Callbacks');

    // Dead, redriven by its letter, dead again, replayed.
    await isNow(accepted.dead, 'dead');
    await message('Callbacks', accepted.dead, 1);
    await becomes(
      accepted.dead,
      ({ status, callback }) => status === 'dead' && callback?.attempt_count === 2,
    );
    await call('POST', `/api/tasks/${accepted.dead}/replay`);
    await isNow(accepted.dead, 'delivered');

    // Messages that are handed out together, whatever the poller takes first.
    const Entries = Array.from({ length: 10 }, (_, nth) => ({
      Id: String(nth),
      MessageBody: bodyOf(nth % 2 === 0 ? accepted.plain : accepted.large, 0),
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl('Callbacks'), Entries }));
    await hasCalled('Deliver', 'dynamodb:BatchGetItem', 'task#');

    // What is done elsewhere is told with a large result.
    await call('POST', `/api/tasks/${accepted.elsewhere}/completion`, { status: 'completed', result: LARGE });
    await isNow(accepted.elsewhere, 'delivered');

    // Messages that come too early, and to the wrong stage; then the clock; then it is called off.
    await message('Tasks', accepted.later, 0);
    await message('Callbacks', accepted.later, 0);
    await hasCalled('Run', 'dynamodb:PutItem', 'timer#');
    await hasCalled('Deliver', 'sqs:SendMessage', 'Tasks');
    await message('Tasks', accepted.plain, 0);
    for (const queue of ['tasks', 'callbacks'] as const) {
      await ledger.putTimer({
        at_ms: Date.now(),
        queue,
        task_id: accepted.plain,
        generation: 0,
        group: 'any',
      });
    }
    await stack.runSchedule();
    await call('DELETE', `/api/tasks/${accepted.later}`);
    await isNow(accepted.later, 'delivered');
  } finally {
    sqs.destroy();
    dynamodb.destroy();
    await Promise.all([well, fails, busy, down, gone, hangs].map((receiver) => receiver.close()));
  }
}
