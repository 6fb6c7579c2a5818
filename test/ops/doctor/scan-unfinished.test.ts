import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timerKey } from '../../../lambda/ledger/keys.ts';
import { LOCAL_CREDENTIALS, REGION } from '../../../local/references.ts';
import { scanUnfinished } from '../../../ops/doctor/scan-unfinished.ts';
import { NoAnswerError } from '../../../ops/doctor/time-limit.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';

let engines: EmbeddedEngines;
beforeAll(async () => {
  engines = await startEmbeddedEngines();
});
afterAll(() => engines.stop());

const forLong = () => AbortSignal.timeout(60_000);

/** DynamoDB reads up to 1 MB for a page: three of these items. */
const LARGE_INPUT = { json: JSON.stringify('x'.repeat(390_000)) };

async function tableOf(items: readonly object[]): Promise<string> {
  const { table } = await engines.newLedger();
  for (const item of items) {
    await engines.dynamodb.client.send(new PutItemCommand({ TableName: table, Item: marshall(item) }));
  }
  return table;
}

/** @param request the request, from 1, at whose start `call` is called */
function clientThatCalls(request: number, call: () => void): DynamoDBClient {
  const { endpoint } = engines.dynamodb;
  const client = new DynamoDBClient({ endpoint, region: REGION, credentials: LOCAL_CREDENTIALS });
  let begun = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      begun += 1;
      if (begun === request) call();
      return await next(args);
    },
    { step: 'initialize' },
  );
  return client;
}

const entryItem = (entry: ReturnType<typeof acceptedTask>) => ({
  ...entry,
  pk: `task#${entry.task_id}`,
  sk: 'entry',
});

describe('a scan for unfinished tasks', () => {
  it('counts accepted and running tasks by name, external ones too, and nothing else', async () => {
    const external = acceptedTask({ task_name: 'manual-review', external_until_ms: 1_764_086_400_000 });
    const running = acceptedTask({ state: 'running', runs: 1, lease_expires_at_ms: 1_764_000_065_000 });
    const table = await tableOf([
      entryItem(acceptedTask()),
      entryItem(running),
      entryItem(external),
      entryItem(deliveringTask()),
      entryItem(acceptedTask({ task_name: 'fail', state: 'dead' })),
      { ...timerKey(running.task_id, 1_764_000_065_000), task_id: running.task_id, state: 'running' },
    ]);

    expect(
      await scanUnfinished({ dynamodb: engines.dynamodb.client, table }, { maxPages: 20, signal: forLong() }),
    ).toEqual({
      countByName: new Map([
        ['sleep', 2],
        ['manual-review', 1],
      ]),
      itemsRead: 6,
      isComplete: true,
    });
  });

  it('goes on with the next page, and stops after as many as it may read', async () => {
    const table = await tableOf(
      Array.from({ length: 7 }, () => entryItem(acceptedTask({ input: LARGE_INPUT }))),
    );
    const scan = (maxPages: number) =>
      scanUnfinished({ dynamodb: engines.dynamodb.client, table }, { maxPages, signal: forLong() });

    expect(await scan(3)).toEqual({
      countByName: new Map([['sleep', 7]]),
      itemsRead: 7,
      isComplete: true,
    });
    expect(await scan(2)).toEqual({
      countByName: new Map([['sleep', 6]]),
      itemsRead: 6,
      isComplete: false,
    });
  });

  it('keeps what it has read when its time is up, and fails only if that is nothing', async () => {
    const table = await tableOf(
      Array.from({ length: 7 }, () => entryItem(acceptedTask({ input: LARGE_INPUT }))),
    );
    const scan = async (requests: number) => {
      const timeUp = new AbortController();
      const dynamodb = clientThatCalls(requests, () => timeUp.abort());
      return await scanUnfinished({ dynamodb, table }, { maxPages: 20, signal: timeUp.signal });
    };

    expect(await scan(2)).toEqual({
      countByName: new Map([['sleep', 3]]),
      itemsRead: 3,
      isComplete: false,
    });
    await expect(scan(1)).rejects.toThrow(NoAnswerError);
  });
});
