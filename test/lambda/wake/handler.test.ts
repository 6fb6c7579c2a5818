import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { handler as wakeHandler } from '../../../lambda/wake/handler.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { lambdaContext } from '../../support/lambda-events.ts';

const TASK_ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let callbacks: TestQueue;
let handler: typeof wakeHandler;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  tasks = await engines.newQueue();
  callbacks = await engines.newQueue();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: tasks.url,
    CALLBACKS_QUEUE_URL: callbacks.url,
  });
  ({ handler } = await import('../../../lambda/wake/handler.ts'));
});
afterAll(() => engines.stop());

/** The event of the minute schedule. */
const MINUTE = {
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2025-11-24T16:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/minute'],
  detail: {},
};

it('every minute, each timer that is due becomes a message of its queue', async () => {
  const timer = { task_id: TASK_ID, group: 'receiver.example' };
  await table.ledger.putTimer({ ...timer, at_ms: Date.now() - 2, queue: 'tasks', generation: 0 });
  await table.ledger.putTimer({ ...timer, at_ms: Date.now() - 1, queue: 'callbacks', generation: 3 });
  await table.ledger.putTimer({ ...timer, at_ms: Date.now() + 120_000, queue: 'callbacks', generation: 0 });

  expect(await handler(MINUTE, lambdaContext(60_000))).toEqual({
    sent: 2,
    failed: 0,
    unreadShards: 0,
    shardsLeft: 0,
    oldestOverdueSeconds: 0,
  });

  expect(await tasks.bodies()).toEqual([{ v: 1, task_id: TASK_ID, generation: 0 }]);
  expect(await callbacks.bodies()).toEqual([{ v: 1, task_id: TASK_ID, generation: 3 }]);
  expect(await table.items()).toHaveLength(1);
});

it('counts how late the oldest timer is that it had no time for, in the line that reports what is left', async () => {
  const { logger } = await import('../../../lambda/log.ts');
  const info = vi.spyOn(logger, 'info');
  await table.ledger.putTimer({
    task_id: TASK_ID,
    group: 'receiver.example',
    at_ms: Date.now() - 3_600_000,
    queue: 'callbacks',
    generation: 0,
  });

  // All of its time is kept in reserve.
  await handler(MINUTE, lambdaContext(1_000));

  const [message, line] = info.mock.lastCall as unknown as [string, Record<string, unknown>];
  expect(message).toBe('timers');
  expect(line).toMatchObject({
    sent: 0,
    failed: 0,
    shardsLeft: 1,
    _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'OldestOverdueTimerSeconds' }] }] },
  });
  expect(line.OldestOverdueTimerSeconds).toBeGreaterThanOrEqual(3_600);
});
