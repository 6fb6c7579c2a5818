import { setTimeout } from 'node:timers/promises';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { chunks } from '../chunks.ts';
import type { Key } from './keys.ts';

/** DynamoDB's limit on the items of one request. */
const BATCH_SIZE = 25;

/** What a throttled table leaves over is written again so often. */
const ROUNDS = 4;

const FIRST_WAIT_MS = 50;

/** Resolves after so many milliseconds. */
export type Delay = (ms: number) => Promise<void>;

/** By the process's own timers. */
export async function waitMs(ms: number): Promise<void> {
  await setTimeout(ms);
}

/**
 * Puts items without a condition, 25 in a request.
 *
 * @returns the partition keys of the items that could not be stored
 */
export async function writeAll(
  client: DynamoDBClient,
  table: string,
  items: readonly (Key & object)[],
  delay: Delay,
): Promise<ReadonlySet<string>> {
  const missing = await Promise.all(
    chunks(items, BATCH_SIZE).map((batch) => writeBatch(client, table, batch, delay)),
  );
  return new Set(missing.flat());
}

async function writeBatch(
  client: DynamoDBClient,
  table: string,
  items: readonly (Key & object)[],
  delay: Delay,
): Promise<string[]> {
  let requests: WriteRequest[] = items.map((item) => ({
    PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) },
  }));
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round > 0) await delay(FIRST_WAIT_MS * 2 ** round);
    try {
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      requests = UnprocessedItems[table] ?? [];
    } catch {
      // Out of reach: what is still missing is written again, or told to be missing.
    }
    if (requests.length === 0) return [];
  }
  return requests.map(({ PutRequest }) => String(unmarshall(PutRequest?.Item ?? {}).pk));
}
