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
    const items: Entry[] = [];
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
        const entry = entryOfItem(unmarshall(item));
        if (entry !== undefined) items.push(entry);
      }
      request = UnprocessedKeys?.[table];
    }
    const found = new Map(items.map((entry) => [entry.task_id, entry]));
    const unanswered = new Set(request?.Keys?.map((key) => unmarshall(key).pk));
    return taskIds
      .filter((taskId) => !unanswered.has(entryKey(taskId).pk))
      .map((taskId) => [taskId, found.get(taskId)] as const);
  };

  return async (taskIds) => {
    const read = await Promise.all(chunks(taskIds, BATCH_SIZE).map(readBatch));
    return new Map(read.flat());
  };
}
