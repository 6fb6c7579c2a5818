import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { chunks } from '../chunks.ts';
import { type Delay, waitMs } from './batch-write.ts';
import type { Entry } from './entry.ts';
import { entryOfItem } from './entry-item.ts';
import type { ReadMany } from './gathered-reads.ts';
import { entryKey } from './keys.ts';

/** DynamoDB's limit on the keys of one request. */
const BATCH_SIZE = 100;

/** What a throttled table leaves over is asked for again, up to so many requests in all. */
const ROUNDS = 3;

const FIRST_WAIT_MS = 50;

/**
 * Reads entries consistently, up to 100 in a request: for the units of as many GetItem, but one call.
 *
 * @param delay how the waits between the rounds are waited; default: by the process's own timers
 */
export function batchReader(client: DynamoDBClient, table: string, delay: Delay = waitMs): ReadMany {
  const readBatch = async (taskIds: readonly string[]) => {
    const found = new Map<string, Entry | undefined>();
    const left = new Set<string>();
    let request: KeysAndAttributes | undefined = {
      Keys: taskIds.map((taskId) => marshall(entryKey(taskId))),
      ConsistentRead: true,
    };
    for (let round = 0; round < ROUNDS && request !== undefined; round += 1) {
      if (round > 0) await delay(FIRST_WAIT_MS * 2 ** round);
      const { Responses, UnprocessedKeys }: BatchGetItemCommandOutput = await client.send(
        new BatchGetItemCommand({ RequestItems: { [table]: request } }),
      );
      for (const item of Responses?.[table] ?? []) {
        const partition = item.pk?.S ?? '';
        try {
          found.set(partition, entryOfItem(unmarshall(item)));
        } catch {
          // By a read of its own it fails alone, and not its neighbours.
          left.add(partition);
        }
      }
      request = UnprocessedKeys?.[table];
    }
    for (const key of request?.Keys ?? []) left.add(key.pk?.S ?? '');
    return taskIds
      .filter((taskId) => !left.has(entryKey(taskId).pk))
      .map((taskId) => [taskId, found.get(entryKey(taskId).pk)] as const);
  };

  return async (taskIds) => {
    const read = await Promise.all(chunks(taskIds, BATCH_SIZE).map(readBatch));
    return new Map(read.flat());
  };
}
