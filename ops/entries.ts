import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type KeysAndAttributes,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { State } from '../lambda/contract/states.ts';
import type { Entry, Outcome } from '../lambda/ledger/entry.ts';
import { entryOfItem } from '../lambda/ledger/entry-item.ts';
import { namesIn, valuesIn } from '../lambda/ledger/expression.ts';
import { deadPartition, ENTRY, entryKey, type Key, SHARDS, sortableMs } from '../lambda/ledger/keys.ts';
import { Fault } from './fault.ts';
import type { Pipeline } from './pipeline.ts';

type Table = Pick<Pipeline, 'dynamodb' | 'table'>;

/** DynamoDB's limit on the keys of one request. */
const GET_BATCH = 100;
/** What a throttled table leaves over is asked for again so often. */
const GET_ROUNDS = 6;

const SCAN_PAGE = 1_000;
/** A page of small entries costs about 128 read units: this leaves a table's other readers alone. */
const PAGES_PER_SECOND = 5;

/** What a scan reads of an entry: no payload. */
export type Brief = Pick<
  Entry,
  | 'task_id'
  | 'task_name'
  | 'state'
  | 'generation'
  | 'client'
  | 'callback_url'
  | 'accepted_at_ms'
  | 'not_before_ms'
  | 'external_until_ms'
  | 'unsent'
  | 'runs'
  | 'lease_expires_at_ms'
  | 'attempt_count'
  | 'next_attempt_at_ms'
  | 'owed_since_ms'
  | 'deliver_by_ms'
  | 'dead_at_ms'
  | 'dead_reason'
> & { readonly outcome?: Pick<Outcome, 'status' | 'completed_at_ms'> };

const BRIEF =
  '#task_id, #task_name, #state, #generation, #client, #callback_url, #accepted_at_ms, #not_before_ms, #external_until_ms, #unsent, #runs, #lease_expires_at_ms, #attempt_count, #next_attempt_at_ms, #owed_since_ms, #deliver_by_ms, #dead_at_ms, #dead_reason, #outcome.#status, #outcome.#completed_at_ms';

/** The entries of those tasks, by id, as they are now; none for an id that the ledger does not know. */
export async function readEntries(
  { dynamodb, table }: Table,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  // The same key twice is refused.
  const ids = [...new Set(taskIds)];
  for (let start = 0; start < ids.length; start += GET_BATCH) {
    let asked: KeysAndAttributes | undefined = {
      Keys: ids.slice(start, start + GET_BATCH).map((id) => marshall(entryKey(id))),
      ConsistentRead: true,
    };
    for (let round = 0; asked !== undefined; round += 1) {
      if (round === GET_ROUNDS)
        throw new Fault(`The table ${table} is throttled. Try again with a lower --rate.`);
      if (round > 0) await delay(50 * 2 ** round);
      const { Responses = {}, UnprocessedKeys = {} }: BatchGetItemCommandOutput = await dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { [table]: asked } }),
      );
      for (const item of Responses[table] ?? []) {
        const entry = entryOfItem(unmarshall(item));
        if (entry !== undefined) entries.set(entry.task_id, entry);
      }
      asked = UnprocessedKeys[table];
    }
  }
  return entries;
}

/**
 * The dead on the operators' list, page by page, the longest dead of each of its shards first.
 *
 * @param sinceMs those that died then or later
 */
export async function* listedDead(
  { dynamodb, table }: Table,
  sinceMs: number,
  interrupted: AbortSignal,
): AsyncGenerator<Entry[]> {
  const condition = '#pk = :pk AND #sk >= :since';
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const pages = paginateQuery(
      { client: dynamodb, pageSize: GET_BATCH },
      {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: condition,
        ExpressionAttributeNames: namesIn(condition),
        ExpressionAttributeValues: valuesIn(condition, {
          pk: deadPartition(shard),
          since: sortableMs(sinceMs),
        }),
      },
    );
    for await (const { Items = [] } of pages) {
      if (interrupted.aborted) return;
      const rows = Items.map((item) => unmarshall(item) as { task_id: string; dead_at_ms: number });
      const entries = await readEntries(
        { dynamodb, table },
        rows.map(({ task_id }) => task_id),
      );
      // A row whose entry says otherwise is left from a death that did not come to be, or was revived.
      yield rows.flatMap(({ task_id, dead_at_ms }) => {
        const entry = entries.get(task_id);
        return entry?.state === 'dead' && entry.dead_at_ms === dead_at_ms ? [entry] : [];
      });
    }
  }
}

/** Which entries a scan finds. With `except` also those in states that this version does not know. */
export type StateFilter = { readonly only: State } | { readonly except: readonly State[] };

export const ANY_STATE: StateFilter = { except: [] };

/** Every entry in such a state, page by page; an empty page is one on which none was found. */
export async function* scanEntries(
  table: Table,
  states: StateFilter,
  interrupted: AbortSignal,
): AsyncGenerator<Brief[]> {
  for await (const { entries, next } of scanPages(table, states)) {
    if (interrupted.aborted) return;
    yield entries;
    if (next !== undefined) await delay(1_000 / PAGES_PER_SECOND);
  }
}

/** A stretch of the table, in no order that means anything. */
export interface ScannedPage {
  readonly entries: Brief[];
  /** Items that were read for it, payloads among them. */
  readonly itemsRead: number;
  /** Where the next stretch begins; undefined at the end. */
  readonly next: Key | undefined;
}

/** The same at the pace at which pages are asked for, and from anywhere on. */
export async function* scanPages(
  { dynamodb, table }: Table,
  states: StateFilter,
  from?: Key,
): AsyncGenerator<ScannedPage> {
  const named = 'only' in states ? [states.only] : states.except;
  const operator = 'only' in states ? '=' : '<>';
  const filter = ['#sk = :entry', ...named.map((state) => `#state ${operator} :${state}`)].join(' AND ');
  const pages = paginateScan(
    { client: dynamodb, pageSize: SCAN_PAGE, ...(from !== undefined && { startingToken: marshall(from) }) },
    {
      TableName: table,
      ProjectionExpression: BRIEF,
      FilterExpression: filter,
      ExpressionAttributeNames: namesIn(`${BRIEF} ${filter}`),
      ExpressionAttributeValues: valuesIn(filter, {
        entry: ENTRY,
        ...Object.fromEntries(named.map((state) => [state, state])),
      }),
    },
  );
  for await (const { Items = [], ScannedCount = 0, LastEvaluatedKey } of pages) {
    yield {
      entries: Items.map((item) => unmarshall(item) as Brief),
      itemsRead: ScannedCount,
      next: LastEvaluatedKey && (unmarshall(LastEvaluatedKey) as Key),
    };
  }
}
