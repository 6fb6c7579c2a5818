import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cancelTask } from '../../../lambda/complete-task/cancel-task.ts';
import { completeTask } from '../../../lambda/complete-task/complete-task.ts';
import { replayTask } from '../../../lambda/complete-task/replay-task.ts';
import { dynamoLedger } from '../../../lambda/ledger/dynamo-ledger.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import type { Ledger } from '../../../lambda/ledger/ledger.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../../local/references.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { loseNextReply } from '../../support/lost-reply.ts';

/** 2025-11-24T16:00:06.000Z */
const NOW_MS = 1_764_000_006_000;
const LIFE = { owedSinceMs: NOW_MS, deliverByMs: NOW_MS + 259_200_000, expiresAt: 1_770_000_000 };
const OUTCOME = {
  status: 'failed',
  completed_at_ms: NOW_MS,
  error: { type: 'Error', message: 'no' },
} as const;
const ATTEMPT = { attempt: 1, at_ms: NOW_MS, duration_ms: 40, status_code: 503 };
const RUNNING = { state: 'running', lease_token: 'ours', lease_expires_at_ms: NOW_MS } as const;

let engines: EmbeddedEngines;
let table: TestLedger;
let callbacks: TestQueue;
/** The reply to its next change of an item is lost. */
let ledger: Ledger;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

beforeEach(async () => {
  table = await engines.newLedger();
  callbacks = await engines.newQueue();
  const client = new DynamoDBClient({
    region: REGION,
    endpoint: engines.dynamodb.endpoint,
    credentials: LOCAL_CREDENTIALS,
  });
  loseNextReply(client, 'UpdateItemCommand');
  ledger = dynamoLedger(client, table.table);
  return () => client.destroy();
});

async function given(entry: Entry): Promise<Entry> {
  await table.ledger.create(entry);
  return entry;
}

describe('a write whose reply is lost, so that the SDK sends it again, has gone through', () => {
  it.each<[string, Entry, (ledger: Ledger, entry: Entry) => Promise<unknown>]>([
    [
      'claim',
      acceptedTask(),
      ({ claim }, { task_id }) =>
        claim(task_id, { token: 'ours', expiresAtMs: NOW_MS + 1 }, { nowMs: NOW_MS, maxRuns: 3 }),
    ],
    ['release', acceptedTask(RUNNING), ({ release }, { task_id }) => release(task_id, 'ours', NOW_MS)],
    [
      'complete',
      acceptedTask(RUNNING),
      ({ complete }, entry) => complete(entry, 'ours', { outcome: OUTCOME, ...LIFE }),
    ],
    [
      'completeElsewhere',
      acceptedTask({ external_until_ms: NOW_MS }),
      ({ completeElsewhere }, entry) =>
        completeElsewhere(entry, { outcome: OUTCOME, ...LIFE, completionHash: 'h' }),
    ],
    ['cancel', acceptedTask(), ({ cancel }, entry) => cancel(entry, { outcome: OUTCOME, ...LIFE })],
    ['recordDelivered', deliveringTask(), ({ recordDelivered }, entry) => recordDelivered(entry, ATTEMPT)],
    [
      'recordFailure',
      deliveringTask(),
      ({ recordFailure }, entry) => recordFailure(entry, ATTEMPT, { atMs: NOW_MS, answer: 'no' }),
    ],
    [
      'recordDead',
      deliveringTask(),
      ({ recordDead }, entry) => recordDead(entry, ATTEMPT, { reason: 'gone', atMs: NOW_MS }),
    ],
    ['revive', deliveringTask({ state: 'dead', generation: 1 }), ({ revive }, entry) => revive(entry, LIFE)],
    ['replay', deliveringTask({ state: 'delivered' }), ({ replay }, entry) => replay(entry, LIFE)],
  ])('%s', async (name, entry, write) => {
    await given(entry);

    const written = await write(ledger, entry);

    if (written !== true) expect(written).toEqual(await table.ledger.read(entry.task_id));
    expect(await table.ledger.read(entry.task_id)).not.toEqual(entry);
    // The same write, made by somebody else, is refused.
    expect([name, await write(table.ledger, entry)]).toEqual([name, written === true ? false : undefined]);
  });

  it('but not if somebody else has written since', async () => {
    const entry = await given(acceptedTask());
    await table.ledger.claim(
      entry.task_id,
      { token: 'theirs', expiresAtMs: NOW_MS + 1 },
      { nowMs: NOW_MS, maxRuns: 3 },
    );

    expect(await ledger.cancel(entry, { outcome: OUTCOME, ...LIFE })).toBe(false);
  });
});

describe('a request whose write has its reply lost sends the callback at once', () => {
  const settings = { deliveryDeadlineMs: 259_200_000, retentionMs: 2_592_000_000 };
  const ports = () => ({ ledger, callbacks: callbacks.queue, now: () => NOW_MS, tell: () => {} });

  it('a cancellation', async () => {
    const entry = await given(acceptedTask());

    expect(await cancelTask(entry, ports(), settings)).toMatchObject({ status: 'cancelled' });
    expect(callbacks.sent).toMatchObject([{ message: { task_id: entry.task_id, generation: 0 } }]);
  });

  it('a completion', async () => {
    const entry = await given(acceptedTask({ external_until_ms: NOW_MS }));
    const completion = { status: 'completed', result: 1 } as const;

    expect(await completeTask(entry, completion, ports(), settings)).toMatchObject({ status: 'completed' });
    expect(callbacks.sent).toMatchObject([{ message: { task_id: entry.task_id, generation: 0 } }]);
  });

  it('a replay', async () => {
    const entry = await given(deliveringTask({ state: 'delivered' }));

    expect(await replayTask(entry, ports(), settings)).toMatchObject({ status: 'delivering' });
    expect(callbacks.sent).toMatchObject([{ message: { task_id: entry.task_id, generation: 1 } }]);
  });
});
