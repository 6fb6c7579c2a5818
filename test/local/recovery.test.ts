import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { DynamodbEngine } from '../../local/dynamodb-engine.ts';
import { recover } from '../../local/recovery.ts';
import type { OutgoingMessage } from '../../local/sqs-calls.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const NOW_MS = 1_764_000_000_000;
const NEXT_YEAR_SECONDS = 1_795_000_000;
const ID = (digit: number) => `0000000${digit}-0000-4000-8000-000000000000`;

const engines: DynamodbEngine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.stop()));
});

async function ledgerWith(items: readonly object[]) {
  const dynamodb = await DynamodbEngine.start(temporaryDirectory());
  engines.push(dynamodb);
  await dynamodb.createTable({
    logicalId: 'Ledger',
    name: 'ledger',
    partitionKey: 'pk',
    sortKey: 'sk',
    attributeTypes: { pk: 'S', sk: 'S' },
    timeToLiveAttribute: 'expires_at',
  });
  for (const item of items) {
    await dynamodb.client.send(new PutItemCommand({ TableName: 'ledger', Item: marshall(item) }));
  }
  const sent: Record<string, OutgoingMessage[]> = { tasks: [], callbacks: [], 'dead-letters': [] };
  const recovered = await recover({
    client: dynamodb.client,
    table: 'ledger',
    timeToLiveAttribute: 'expires_at',
    nowMs: NOW_MS,
    send: async (queue, messages) => {
      sent[queue]?.push(...messages);
    },
  });
  const kept = async () => {
    const { Items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: 'ledger' }));
    return Items.map((item) => unmarshall(item));
  };
  return { sent, recovered, kept };
}

function entry(digit: number, fields: object): object {
  return {
    pk: `task#${ID(digit)}`,
    sk: 'entry',
    task_id: ID(digit),
    task_name: 'generate-report',
    generation: 0,
    attempt_count: 0,
    not_before_ms: 0,
    expires_at: NEXT_YEAR_SECONDS,
    ...fields,
  };
}

const message = (digit: number, generation = 0) => JSON.stringify({ v: 1, task_id: ID(digit), generation });

describe('recovery after the process was killed', () => {
  it('sends what is unfinished to the queue that its state calls for', async () => {
    const { sent, recovered } = await ledgerWith([
      entry(1, { state: 'accepted' }),
      entry(2, { state: 'running', lease_expires_at_ms: NOW_MS + 60_000 }),
      entry(3, { state: 'delivering', generation: 2 }),
      entry(4, { state: 'delivered' }),
      entry(5, { state: 'completed' }),
      { pk: `task#${ID(1)}`, sk: 'input#abc', json: '{}', expires_at: NEXT_YEAR_SECONDS },
      { pk: 'timer#3', sk: `${NOW_MS}#${ID(3)}`, task_id: ID(3), at_ms: NOW_MS },
    ]);

    expect(sent.tasks?.map(({ body }) => body).sort()).toEqual([message(1), message(2)]);
    expect(sent.callbacks).toEqual([{ body: message(3, 2), delaySeconds: 0 }]);
    expect(sent['dead-letters']).toEqual([]);
    expect(recovered).toEqual({ tasks: 2, callbacks: 1, deadLetters: 0, unknown: {} });
  });

  it('sends nothing for a task whose client was told that it was not accepted', async () => {
    const { sent, recovered } = await ledgerWith([
      entry(1, { state: 'accepted', runs: 0, unsent: true }),
      entry(2, { state: 'accepted', runs: 0, unsent: false }),
      entry(3, { state: 'accepted', runs: 1, unsent: true }),
    ]);

    expect(sent.tasks?.map(({ body }) => body)).toEqual([message(2), message(3)]);
    expect(recovered).toMatchObject({ tasks: 2 });
  });

  it('sends nothing for a state that it does not know, and reports it', async () => {
    const { sent, recovered, kept } = await ledgerWith([
      entry(1, { state: 'paused' }),
      entry(2, { state: 'paused' }),
      entry(3, { state: 'delivering' }),
    ]);

    expect(sent).toEqual({
      tasks: [],
      callbacks: [{ body: message(3), delaySeconds: 0 }],
      'dead-letters': [],
    });
    expect(recovered).toEqual({ tasks: 0, callbacks: 1, deadLetters: 0, unknown: { paused: 2 } });
    expect(await kept()).toHaveLength(3);
  });

  it('lets a message come when its task is due', async () => {
    const { sent } = await ledgerWith([
      entry(1, { state: 'accepted', not_before_ms: NOW_MS + 30_500 }),
      entry(2, { state: 'delivering', next_attempt_at_ms: NOW_MS + 5_000 }),
      entry(3, { state: 'delivering', next_attempt_at_ms: NOW_MS + 7_200_000 }),
      entry(4, { state: 'delivering', next_attempt_at_ms: NOW_MS - 1 }),
    ]);

    const delays = [...(sent.tasks ?? []), ...(sent.callbacks ?? [])].map((m) => [m.body, m.delaySeconds]);
    expect(Object.fromEntries(delays)).toEqual({
      [message(1)]: 31,
      [message(2)]: 5,
      [message(3)]: 900,
      [message(4)]: 0,
    });
  });

  it('ends the leases of runs that nobody runs any more', async () => {
    const { kept } = await ledgerWith([
      entry(1, { state: 'running', lease_token: 'gone', lease_expires_at_ms: NOW_MS + 60_000, runs: 1 }),
    ]);

    expect(await kept()).toMatchObject([
      { state: 'running', lease_token: 'gone', lease_expires_at_ms: 0, runs: 1 },
    ]);
  });

  it('rebuilds the dead-letter queue from the rows that still stand for a death', async () => {
    const dead = {
      state: 'dead',
      generation: 1,
      dead_at_ms: 1_763_000_000_000,
      dead_reason: 'deadline-passed',
      attempt_count: 7,
      callback_url: 'https://example.com:8443/hook?key=1',
    };
    const row = (digit: number, fields: object) => ({
      pk: 'dead#1',
      sk: `1763000000000#${ID(digit)}`,
      task_id: ID(digit),
      generation: 1,
      dead_at_ms: 1_763_000_000_000,
      expires_at: NEXT_YEAR_SECONDS,
      ...fields,
    });
    const { sent, recovered } = await ledgerWith([
      entry(1, dead),
      row(1, {}),
      // Died again since; that death has a row of its own.
      entry(2, { ...dead, generation: 2, dead_at_ms: 1_763_500_000_000 }),
      row(2, {}),
      // Revived.
      entry(3, { state: 'delivering', generation: 1 }),
      row(3, {}),
      // Taken off the list.
      entry(4, dead),
      // Its entry is gone.
      row(5, {}),
    ]);

    expect(sent['dead-letters']).toEqual([
      {
        body: message(1, 1),
        attributes: {
          task_id: ID(1),
          task_name: 'generate-report',
          callback_host: 'example.com:8443',
          reason: 'deadline-passed',
          attempts: '7',
        },
      },
    ]);
    expect(recovered.deadLetters).toBe(1);
  });

  it('drops what has expired, as DynamoDB would have', async () => {
    const long_ago = NOW_MS / 1_000 - 1;
    const { sent, kept } = await ledgerWith([
      entry(1, { state: 'delivered', expires_at: long_ago }),
      { pk: `task#${ID(1)}`, sk: 'result#x', json: '{}', expires_at: long_ago },
      entry(2, { state: 'delivering' }),
    ]);

    expect((await kept()).map(({ task_id }) => task_id)).toEqual([ID(2)]);
    expect(sent.callbacks).toHaveLength(1);
  });
});
