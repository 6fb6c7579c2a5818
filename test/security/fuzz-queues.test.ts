import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { handler as deliverHandler } from '../../lambda/deliver/handler.ts';
import type { handler as wakeHandler } from '../../lambda/wake/handler.ts';
import { SecretsEngine } from '../../local/secrets-engine.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../support/entries.ts';
import { setFunctionEnvironment } from '../support/function-environment.ts';
import { lambdaContext, sqsEvent, sqsRecord } from '../support/lambda-events.ts';
import { loadRunHandler, type RunHandler } from '../support/source-handlers.ts';
import { FUZZ_SEED, heapInUse, inMiB, Tally, times, UnhandledRejections } from './fuzzing.ts';
import { anyJson, mutated } from './hostile.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:master';
const HOUR_MS = 3_600_000;
const MOST_GROWTH_BYTES = 30 * 2 ** 20;
const LONGEST_MS = 300_000;

const directory = mkdtempSync(join(tmpdir(), 'secrets-'));
let engines: EmbeddedEngines;
let secrets: SecretsEngine;
let run: RunHandler;
let deliver: typeof deliverHandler;
let wake: typeof wakeHandler;
let putOddTimer: (fields: object) => Promise<void>;
let rejections: UnhandledRejections;
const ids: string[] = [];
const total = new Tally();

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  secrets = await SecretsEngine.start(join(directory, 'secrets.json'), []);
  const table = await engines.newLedger();
  const queueUrl = async () => (await engines.newQueue()).url;
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: await queueUrl(),
    CALLBACKS_QUEUE_URL: await queueUrl(),
    DEAD_LETTER_QUEUE_URL: await queueUrl(),
    MASTER_SECRET_ARN: SECRET_ARN,
    RETRY_SCHEDULE_SECONDS: '1,300',
    RUN_TIMEOUT_SECONDS: '60',
    MAX_RECEIVE_COUNT: '10',
    API_URL: 'https://api.example.com',
    ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  });
  run = await loadRunHandler();
  ({ handler: deliver } = await import('../../lambda/deliver/handler.ts'));
  ({ handler: wake } = await import('../../lambda/wake/handler.ts'));
  // In every state there is, but none whose work would run or whose callback would go out at this moment.
  const laterMs = Date.now() + HOUR_MS;
  const entries = [
    acceptedTask({ not_before_ms: laterMs }),
    acceptedTask({ task_name: 'manual-review', external_until_ms: laterMs }),
    acceptedTask({ state: 'running', runs: 1, lease_token: 'a-token', lease_expires_at_ms: laterMs }),
    deliveringTask({ next_attempt_at_ms: laterMs }),
    deliveringTask({ generation: 2, next_attempt_at_ms: laterMs }),
    deliveringTask({ state: 'delivered', delivered_at_ms: 1_764_000_006_000 }),
    deliveringTask({ state: 'dead', generation: 9, dead_at_ms: 1_764_000_006_000, dead_reason: 'gone' }),
  ];
  for (const entry of entries) {
    await table.ledger.create(entry);
    ids.push(entry.task_id);
  }
  putOddTimer = (fields) => table.ledger.putTimer(fields as never);
});
afterAll(async () => {
  console.log(`queue functions, seed ${FUZZ_SEED}: ${total.total} random events in all (${total})`);
  await Promise.all([engines.stop(), secrets.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  rejections = new UnhandledRejections();
});
afterEach(() => {
  rejections.stop();
  expect(rejections.reasons).toEqual([]);
});

/** Bodies of messages: ours, nearly ours, and not ours at all. */
function bodies(): fc.Arbitrary<string> {
  const taskId = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ids) },
    fc.uuid(),
    fc.string({ unit: 'binary' }),
  );
  const ours = fc
    .tuple(
      fc.constantFrom('1', '1', '1', '2', '"1"', 'null'),
      taskId,
      fc.constantFrom('0', '1', '3', '1e999', '-1', '"0"'),
    )
    .map(([v, id, generation]) => `{"v":${v},"task_id":${JSON.stringify(id)},"generation":${generation}}`);
  return fc.oneof(ours, mutated(ours).map(String), anyJson, fc.string({ unit: 'binary' }));
}

const records = (): fc.Arbitrary<SQSRecord> =>
  fc
    .record({
      body: bodies(),
      messageId: fc.oneof(
        fc.uuid(),
        fc.constantFrom('', 'the-same', '__proto__'),
        fc.string({ unit: 'binary' }),
      ),
      receiveCount: fc.constantFrom('1', '9', '1000000', '-1', 'many', ''),
      receiptHandle: fc.oneof(fc.constant('AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a'), fc.string()),
      withoutAttributes: fc.nat(20),
    })
    .map(({ body, messageId, receiveCount, receiptHandle, withoutAttributes }) => {
      const record = sqsRecord(body, { messageId, receiptHandle });
      record.attributes.ApproximateReceiveCount = receiveCount;
      return withoutAttributes === 0 ? { ...record, attributes: undefined as never } : record;
    });

/** Sends drawn events one after another; each must be answered with ids of its own messages. */
async function fuzz(
  count: number,
  handle: (event: SQSRecord[]) => Promise<SQSBatchResponse>,
): Promise<string> {
  const tally = new Tally();
  const shots = times(count);
  let sent = 0;
  let before = 0;
  const property = fc.asyncProperty(fc.array(records(), { maxLength: 10 }), async (event) => {
    if (sent === Math.floor(shots / 10)) before = heapInUse();
    sent += 1;
    const { batchItemFailures } = await handle(event);
    const given = event.map(({ messageId }) => messageId);
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    expect(failed.filter((id) => !given.includes(id))).toEqual([]);
    expect(failed.length).toBeLessThanOrEqual(given.length);
    for (const [index, { body }] of event.entries()) {
      // What is not ours must never be acknowledged: it belongs in the dead-letter queue.
      if (!/"v":1,"task_id":"[0-9a-f-]{36}"/.test(body)) expect(failed).toContain(given[index]);
    }
    tally.add(failed.length === 0 ? 'all done' : 'some failed');
    total.add('events');
  });
  await fc.assert(property, { seed: FUZZ_SEED, numRuns: shots });
  const growth = heapInUse() - before;
  expect(growth).toBeLessThan(MOST_GROWTH_BYTES);
  return `${tally}; heap ${growth < 0 ? '' : '+'}${inMiB(growth)}`;
}

describe('whatever the queues bring', () => {
  it('run answers with ids of the event alone', { timeout: LONGEST_MS }, async () => {
    const handle = (event: SQSRecord[]) =>
      run(sqsEvent(...event), lambdaContext(70_000)) as Promise<SQSBatchResponse>;
    console.log(`run: ${await fuzz(200, handle)}`);
  });

  it('deliver answers with ids of the event alone', { timeout: LONGEST_MS }, async () => {
    const handle = (event: SQSRecord[]) =>
      deliver(sqsEvent(...event), lambdaContext()) as Promise<SQSBatchResponse>;
    console.log(`deliver: ${await fuzz(200, handle)}`);
  });
});

describe('whatever calls the clock', () => {
  it('sends what is due, and no more', { timeout: LONGEST_MS }, async () => {
    const tally = new Tally();
    const property = fc.asyncProperty(anyJson, fc.nat(3), fc.nat(1), async (event, due, later) => {
      const timer = { queue: 'callbacks', generation: 0, group: 'receiver.example' };
      for (let nth = 0; nth < due; nth += 1) {
        await putOddTimer({ ...timer, task_id: ids[nth], at_ms: Date.now() - 1 });
      }
      for (let nth = 0; nth < later; nth += 1) {
        await putOddTimer({ ...timer, task_id: ids[nth], at_ms: Date.now() + HOUR_MS });
      }
      const woken = await wake(JSON.parse(event) as never, lambdaContext(60_000));
      expect(woken).toMatchObject({ sent: due, failed: 0, unreadShards: 0, shardsLeft: 0 });
      tally.add(`${due} due`);
      total.add('events');
    });
    await fc.assert(property, { seed: FUZZ_SEED, numRuns: times(10) });
    console.log(`wake: ${tally}`);
  });
});
