import { randomUUID } from 'node:crypto';
import { type BatchGetItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchReader } from '../../../lambda/ledger/batch-read.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { itemOfEntry } from '../../../lambda/ledger/entry-item.ts';
import { entryKey } from '../../../lambda/ledger/keys.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
} from '../../support/embedded-engines.ts';
import { deliveringTask } from '../../support/entries.ts';

let engines: EmbeddedEngines;
let table: TestLedger;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
});
afterAll(() => engines.stop());

/** Puts tasks into the ledger, each with an attempt that failed. */
async function given(count: number): Promise<Entry[]> {
  const attempts = [{ attempt: 1, at_ms: 1_764_000_006_000, duration_ms: 40, status_code: 500 }];
  const entries = Array.from({ length: count }, () => deliveringTask({ attempt_count: 1, attempts }));
  await table.ledger.createMany(entries.map((entry) => ({ entry })));
  return entries;
}

const byId = (entries: readonly Entry[]) => new Map(entries.map((entry) => [entry.task_id, entry]));

describe('a batch of reads', () => {
  it('tells each task as a read of its own does, and which there are not', async () => {
    const entries = await given(9);
    const unknown = randomUUID();

    const read = await batchReader(engines.dynamodb.client, table.table)([...byId(entries).keys(), unknown]);

    expect(read).toEqual(new Map([...byId(entries), [unknown, undefined]]));
  });

  it('is more than one request for more than a hundred tasks', async () => {
    const entries = await given(101);

    const read = await batchReader(engines.dynamodb.client, table.table)([...byId(entries).keys()]);

    expect(read).toEqual(byId(entries));
  });

  it('leaves an entry that cannot be read to a read of its own, which fails alone', async () => {
    const [well] = await given(1);
    const broken = randomUUID();
    const Item = marshall({ ...entryKey(broken), task_id: broken, attempts: 5 });
    await engines.dynamodb.client.send(new PutItemCommand({ TableName: table.table, Item }));

    const read = await batchReader(engines.dynamodb.client, table.table)([well?.task_id ?? '', broken]);

    expect(read).toEqual(new Map([[well?.task_id, well]]));
  });
});

/** A client that stands for a throttled table: it answers the first `answered` keys of each request. */
function throttled(entries: readonly Entry[], answered: number) {
  const requests: number[] = [];
  const consistent: unknown[] = [];
  const client = new DynamoDBClient({ region: 'eu-central-1' });
  client.send = async (command: unknown) => {
    const { Keys = [], ConsistentRead } = (command as BatchGetItemCommand).input.RequestItems?.ledger ?? {};
    requests.push(Keys.length);
    consistent.push(ConsistentRead);
    const items = entries.map((entry) =>
      marshall({ ...entryKey(entry.task_id), ...itemOfEntry(entry) }, { removeUndefinedValues: true }),
    );
    const wanted = new Set(Keys.slice(0, answered).map(({ pk }) => pk?.S));
    const left = Keys.slice(answered);
    return {
      Responses: { ledger: items.filter(({ pk }) => wanted.has(pk?.S)) },
      UnprocessedKeys: left.length === 0 ? {} : { ledger: { Keys: left, ConsistentRead: true } },
    };
  };
  return { client, requests, consistent };
}

// The embedded DynamoDB throttles nothing and never reads stale: these answers alone are made by hand.
describe('a throttled table', () => {
  const entries = Array.from({ length: 6 }, () => deliveringTask());

  it('is read consistently: a stale entry would send its callback the long way round', async () => {
    const { client, consistent } = throttled(entries, 6);

    await batchReader(client, 'ledger', async () => {})([...byId(entries).keys()]);

    expect(consistent).toEqual([true]);
  });

  it('is asked again for what it left over, later each time', async () => {
    const { client, requests } = throttled(entries, 2);
    const waitsMs: number[] = [];

    const read = await batchReader(client, 'ledger', async (ms) => {
      waitsMs.push(ms);
    })([...byId(entries).keys()]);

    expect(read).toEqual(byId(entries));
    expect(requests).toEqual([6, 4, 2]);
    expect(waitsMs).toEqual([100, 200]);
  });

  it('that leaves something over at last is not taken to have none of it', async () => {
    const { client, requests } = throttled(entries, 1);

    const read = await batchReader(client, 'ledger', async () => {})([...byId(entries).keys()]);

    expect(read).toEqual(byId(entries.slice(0, 3)));
    expect(requests).toEqual([6, 5, 4]);
  });
});
