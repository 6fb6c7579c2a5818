import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask } from '../../support/entries.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { lambdaContext, recordOf, sqsEvent, sqsRecord } from '../../support/lambda-events.ts';
import { loadRunHandler, type RunHandler } from '../../support/source-handlers.ts';

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let callbacks: TestQueue;
let handler: RunHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  callbacks = await engines.newQueue();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: tasks.url,
    CALLBACKS_QUEUE_URL: callbacks.url,
    API_URL: 'https://api.example',
    MAX_RUNS: '3',
    MAX_RECEIVE_COUNT: '8',
    RUN_TIMEOUT_SECONDS: '60',
  });
  handler = await loadRunHandler();
});
afterAll(() => engines.stop());

const run = async (...records: Parameters<typeof sqsEvent>) =>
  (await handler(sqsEvent(...records), lambdaContext(70_000))) as SQSBatchResponse;

describe('the run function', () => {
  it('runs the task that its message names, in a process, and sends the callback message', async () => {
    const entry = acceptedTask({ task_name: 'generate-report', input: { json: '{"csv":"n\\n1\\n3\\n"}' } });
    await table.ledger.create(entry);
    await tasks.queue.send({ message: { task_id: entry.task_id, generation: 0 } });
    const [message] = await tasks.receive();

    expect(await run(...(message === undefined ? [] : [recordOf(message)]))).toEqual({
      batchItemFailures: [],
    });

    expect(await callbacks.bodies()).toEqual([{ v: 1, task_id: entry.task_id, generation: 0 }]);
    const outcome = (await table.ledger.read(entry.task_id))?.outcome;
    expect(
      outcome?.status === 'completed' && 'json' in outcome.result && JSON.parse(outcome.result.json),
    ).toEqual({
      taskName: 'generate-report',
      artifactUrl: `https://api.example/api/tasks/${entry.task_id}/result`,
      rowCount: 2,
      columns: [
        {
          name: 'n',
          count: 2,
          missing: 0,
          distinct: 2,
          numbers: { min: 1, max: 3, sum: 4, mean: 2, median: 2, standardDeviation: Math.SQRT2 },
        },
      ],
    });
  });

  it('lets a foreign message fail alone', async () => {
    const { callback_url: _none, ...entry } = acceptedTask({ input: { json: '{"seconds":0}' } });
    await table.ledger.create(entry);
    const foreign = sqsRecord('{"Type":"Notification","Message":"hello"}', { messageId: 'foreign' });
    const ours = sqsRecord(`{"v":1,"task_id":"${entry.task_id}","generation":0}`);
    const ofNobody = sqsRecord('{"v":1,"task_id":"8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10","generation":0}', {
      messageId: 'of-nobody',
    });

    expect(await run(foreign, ours, ofNobody)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'foreign' }, { itemIdentifier: 'of-nobody' }],
    });
    expect(await table.ledger.read(entry.task_id)).toMatchObject({ state: 'completed' });
  });

  it('has a task that asks for another run come back when it is due', async () => {
    const entry = acceptedTask({ task_name: 'fail', input: { json: '{"times":1}' } });
    await table.ledger.create(entry);
    await tasks.queue.send({ message: { task_id: entry.task_id, generation: 0 } });
    const [message] = await tasks.receive();
    if (message === undefined) throw new Error('the message is not there');

    expect(await run(recordOf(message))).toEqual({
      batchItemFailures: [{ itemIdentifier: message.MessageId }],
    });

    expect(await tasks.receive()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const [again] = await tasks.receive();
    expect(again?.MessageId).toBe(message.MessageId);
    expect(await run(...(again === undefined ? [] : [recordOf(again)]))).toEqual({ batchItemFailures: [] });
    expect(await table.ledger.read(entry.task_id)).toMatchObject({
      state: 'delivering',
      runs: 2,
      outcome: { status: 'completed', result: { json: '{"runs":2}' } },
    });
  });
});
