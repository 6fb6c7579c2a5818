import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { QUEUE_OF_STATE, STATES } from '../../lambda/contract/states.ts';
import { namesIn, valuesIn } from '../../lambda/ledger/expression.ts';
import { ENTRY } from '../../lambda/ledger/keys.ts';
import { within } from './time-limit.ts';

/** The tasks without an outcome that a scan of the ledger found. */
export interface UnfinishedTasks {
  readonly countByName: ReadonlyMap<string, number>;
  /** Items that were read, payloads and timers among them. */
  readonly itemsRead: number;
  /** False if the scan stopped before the end of the table. */
  readonly isComplete: boolean;
}

interface ScanLimits {
  /** A page is up to 1 MB large. */
  readonly maxPages: number;
  /** Stops the scan; what was read until then counts. */
  readonly signal: AbortSignal;
}

/** The states in which a task waits for its outcome. */
const UNFINISHED = STATES.filter((state) => QUEUE_OF_STATE[state] === 'tasks');
const FILTER = `#sk = :entry AND #state IN (${UNFINISHED.map((state) => `:${state}`).join(', ')})`;
const PROJECTION = '#task_name';

/**
 * Counts a ledger's unfinished tasks by their names.
 *
 * @throws NoAnswerError if the signal aborts before the first page has come
 */
export async function scanUnfinished(
  { dynamodb, table }: { readonly dynamodb: DynamoDBClient; readonly table: string },
  { maxPages, signal }: ScanLimits,
): Promise<UnfinishedTasks> {
  const countByName = new Map<string, number>();
  let itemsRead = 0;
  let start: Record<string, AttributeValue> | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const command = new ScanCommand({
      TableName: table,
      ProjectionExpression: PROJECTION,
      FilterExpression: FILTER,
      ExpressionAttributeNames: namesIn(`${PROJECTION} ${FILTER}`),
      ExpressionAttributeValues: valuesIn(FILTER, {
        entry: ENTRY,
        ...Object.fromEntries(UNFINISHED.map((state) => [state, state])),
      }),
      ExclusiveStartKey: start,
    });
    try {
      const answer = await within((abortSignal) => dynamodb.send(command, { abortSignal }), signal);
      for (const { task_name } of answer.Items ?? []) {
        const name = task_name?.S ?? '';
        countByName.set(name, (countByName.get(name) ?? 0) + 1);
      }
      itemsRead += answer.ScannedCount ?? 0;
      start = answer.LastEvaluatedKey;
    } catch (error) {
      if (page === 0 || !signal.aborted) throw error;
      break;
    }
    if (start === undefined) return { countByName, itemsRead, isComplete: true };
    if (signal.aborted) break;
  }
  return { countByName, itemsRead, isComplete: false };
}
