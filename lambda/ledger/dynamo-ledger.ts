import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsClientSettings } from '../aws-client.ts';
import type { Hang } from '../callback/breaker.ts';
import { LoggableError } from '../loggable-error.ts';
import { type Delay, waitMs, writeAll } from './batch-write.ts';
import { sendBodiesAsText } from './body-as-text.ts';
import {
  ENTRY_EXISTS,
  ID_IS_FREE,
  LEASE_IS_OURS,
  MAY_BE_CANCELLED,
  MAY_BE_CLAIMED,
  MAY_BE_COMPLETED_ELSEWHERE,
  MAY_BE_DELIVERED,
  MAY_BE_REPLAYED,
  MAY_BE_REVIVED,
  MAY_BECOME_SENT,
  MAY_BECOME_UNSENT,
  MAY_RECORD_FAILURE,
  mayBeOfferedAs,
  OFFERS,
} from './conditions.ts';
import { type Attempt, type Entry, MAX_ATTEMPTS_KEPT } from './entry.ts';
import { entryOfItem, itemOfEntry, packAttempts } from './entry-item.ts';
import { type Change, isAfter, namesIn, updateFields, valuesIn } from './expression.ts';
import {
  deadKey,
  entryKey,
  HANGS,
  hangKey,
  type Key,
  payloadKey,
  sortableMs,
  timerKey,
  timerPartition,
} from './keys.ts';
import type { CallbackLife, Completion, Ledger } from './ledger.ts';
import type { StoredPayload } from './payload.ts';
import type { Timer } from './timer.ts';

const HANG_TOLD_FOR_MS = 3_600_000;

export function dynamoClient(): DynamoDBClient {
  const client = new DynamoDBClient(awsClientSettings());
  sendBodiesAsText(client);
  return client;
}

/** @param delay how the waits between the rounds of a batch are waited; default: by the process's own timers */
export function dynamoLedger(client: DynamoDBClient, table: string, delay: Delay = waitMs): Ledger {
  const put = (key: Key, fields: object, condition?: string) =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: marshall({ ...key, ...fields }, { removeUndefinedValues: true }),
        ...(condition !== undefined && {
          ConditionExpression: condition,
          ExpressionAttributeNames: namesIn(condition),
        }),
      }),
    );

  const get = async (key: Key) => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: marshall(key), ConsistentRead: true }),
    );
    return Item && unmarshall(Item);
  };

  const read = async (taskId: string) => entryOfItem(await get(entryKey(taskId)));

  /** Returns the item as it is after the change, or undefined if the condition did not hold. */
  const update = async (key: Key, change: Change, returned: 'ALL_NEW' | 'NONE' = 'NONE') => {
    try {
      const { Attributes = {} } = await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall(key),
          ReturnValues: returned,
          ...updateFields(change),
        }),
      );
      return unmarshall(Attributes);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // If a reply was lost, the SDK sends the write again, and the condition refuses a repetition of our own change.
      const wasSentAgain = (error.$metadata.attempts ?? 1) > 1;
      const item = wasSentAgain ? await get(key) : undefined;
      return item !== undefined && isAfter(item, change) ? item : undefined;
    }
  };

  const updated = async (key: Key, change: Change) => (await update(key, change)) !== undefined;

  const storePayload = async (entry: Entry, { ref, json }: StoredPayload) => {
    await put(payloadKey(entry.task_id, ref), { json, expires_at: entry.expires_at });
  };

  /** Takes one of the places for results of work done elsewhere; false where all are taken, or it is settled. */
  const takePlace = async ({ task_id }: Entry, ref: string) => {
    for (const place of OFFERS) {
      const taken = await updated(entryKey(task_id), {
        set: { [place]: ref },
        condition: mayBeOfferedAs(place),
        values: { accepted: 'accepted', ref },
      });
      if (taken) return true;
    }
    return false;
  };

  /** Stores an outcome, its result first: the callback is owed from here on, if there is one. */
  const settle = async (
    entry: Entry,
    { outcome, result, deliverByMs, expiresAt = 0 }: Completion,
    change: Change,
  ) => {
    const expires_at = Math.max(entry.expires_at, expiresAt);
    if (result !== undefined) await storePayload({ ...entry, expires_at }, result);
    return await updated(entryKey(entry.task_id), {
      ...change,
      set: {
        ...change.set,
        state: deliverByMs === undefined ? 'completed' : 'delivering',
        outcome,
        deliver_by_ms: deliverByMs,
        expires_at,
      },
      remove: ['lease_token', 'lease_expires_at_ms'],
    });
  };

  /** A new life of a settled callback. The result must live as long as its entry, and is told so first. */
  const startAnew = async (
    seen: Entry,
    { owedSinceMs, deliverByMs, expiresAt }: CallbackLife,
    change: Change,
  ) => {
    const { outcome } = seen;
    const expires_at = Math.max(seen.expires_at, expiresAt);
    if (outcome?.status === 'completed' && 'ref' in outcome.result) {
      const extended = { set: { expires_at }, condition: ENTRY_EXISTS, values: {} };
      await update(payloadKey(seen.task_id, outcome.result.ref), extended);
    }
    const item = await update(
      entryKey(seen.task_id),
      {
        ...change,
        set: {
          ...change.set,
          state: 'delivering',
          owed_since_ms: owedSinceMs,
          deliver_by_ms: deliverByMs,
          schedule_base: seen.attempt_count,
          expires_at,
        },
        remove: ['dead_at_ms', 'dead_reason', 'delivered_at_ms', 'next_attempt_at_ms'],
      },
      'ALL_NEW',
    );
    if (item !== undefined && seen.dead_at_ms !== undefined) await unlistDead(seen.task_id, seen.dead_at_ms);
    return entryOfItem(item);
  };

  const unlistDead = async (taskId: string, deadAtMs: number) => {
    await client.send(new DeleteItemCommand({ TableName: table, Key: marshall(deadKey(taskId, deadAtMs)) }));
  };

  return {
    async create(entry) {
      try {
        await put(entryKey(entry.task_id), itemOfEntry(entry), ID_IS_FREE);
        return undefined;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return await read(entry.task_id);
      }
    },

    storePayload,

    async createMany(tasks) {
      const items = tasks.flatMap(({ entry, input }) => [
        { ...entryKey(entry.task_id), ...itemOfEntry(entry) },
        ...(input === undefined
          ? []
          : [{ ...payloadKey(entry.task_id, input.ref), json: input.json, expires_at: entry.expires_at }]),
      ]);
      const missing = await writeAll(client, table, items, delay);
      return tasks.map(({ entry }) => !missing.has(entryKey(entry.task_id).pk));
    },

    recordUnsent: (entry) =>
      updated(entryKey(entry.task_id), {
        set: { unsent: true },
        condition: MAY_BECOME_UNSENT,
        values: { accepted: 'accepted', accepted_at: entry.accepted_at_ms, none: 0 },
      }),

    recordSent: (entry) =>
      updated(entryKey(entry.task_id), {
        set: { unsent: false },
        condition: MAY_BECOME_SENT,
        values: { accepted: 'accepted' },
      }),

    read,

    async readPayload(taskId, ref) {
      const item = await get(payloadKey(taskId, ref));
      if (typeof item?.json !== 'string') throw new LoggableError(`task ${taskId} has no stored ${ref}`);
      return item.json;
    },

    async claim(taskId, lease, { nowMs, maxRuns }) {
      const item = await update(
        entryKey(taskId),
        {
          set: { state: 'running', lease_token: lease.token, lease_expires_at_ms: lease.expiresAtMs },
          add: { runs: 1 },
          condition: MAY_BE_CLAIMED,
          values: { accepted: 'accepted', running: 'running', now: nowMs, max_runs: maxRuns },
        },
        'ALL_NEW',
      );
      return entryOfItem(item);
    },

    release: (taskId, token, notBeforeMs) =>
      updated(entryKey(taskId), {
        set: { state: 'accepted', not_before_ms: notBeforeMs },
        remove: ['lease_token', 'lease_expires_at_ms'],
        condition: LEASE_IS_OURS,
        values: { running: 'running', token },
      }),

    complete: (entry, token, completion) =>
      settle(entry, completion, { condition: LEASE_IS_OURS, values: { running: 'running', token } }),

    async completeElsewhere(entry, { completionHash, ...completion }) {
      const { result } = completion;
      if (result !== undefined && !(await takePlace(entry, result.ref))) return false;
      return await settle(entry, completion, {
        set: { completion_hash: completionHash },
        condition: MAY_BE_COMPLETED_ELSEWHERE,
        values: { accepted: 'accepted' },
      });
    },

    cancel: (entry, completion) =>
      settle(entry, completion, { condition: MAY_BE_CANCELLED, values: { accepted: 'accepted' } }),

    recordDelivered: (seen, attempt) =>
      updated(entryKey(seen.task_id), {
        set: {
          state: 'delivered',
          delivered_at_ms: attempt.at_ms + attempt.duration_ms,
          ...oneMore(seen, attempt),
        },
        remove: ['next_attempt_at_ms'],
        condition: MAY_BE_DELIVERED,
        values: { delivering: 'delivering', generation: seen.generation },
      }),

    recordFailure: (seen, attempt, { atMs, answer }) =>
      updated(entryKey(seen.task_id), {
        set: { next_attempt_at_ms: atMs, last_answer: answer, ...oneMore(seen, attempt) },
        condition: MAY_RECORD_FAILURE,
        values: asSeen(seen),
      }),

    async listDead(entry, reason, deadAtMs) {
      await put(deadKey(entry.task_id, deadAtMs), {
        task_id: entry.task_id,
        task_name: entry.task_name,
        generation: entry.generation + 1,
        reason,
        dead_at_ms: deadAtMs,
        expires_at: entry.expires_at,
      });
    },

    unlistDead,

    recordDead: (seen, attempt, { reason, atMs, answer }) =>
      updated(entryKey(seen.task_id), {
        set: {
          state: 'dead',
          dead_reason: reason,
          dead_at_ms: atMs,
          last_answer: answer,
          generation: seen.generation + 1,
          ...(attempt !== undefined && oneMore(seen, attempt)),
        },
        remove: ['next_attempt_at_ms'],
        condition: MAY_RECORD_FAILURE,
        values: asSeen(seen),
      }),

    revive: (seen, life) =>
      startAnew(seen, life, {
        condition: MAY_BE_REVIVED,
        values: { dead: 'dead', generation: seen.generation },
      }),

    replay: (seen, life) =>
      startAnew(seen, life, {
        set: { generation: seen.generation + 1 },
        condition: MAY_BE_REPLAYED,
        values: { delivered: 'delivered', dead: 'dead', generation: seen.generation },
      }),

    async putTimer(timer) {
      await put(timerKey(timer.task_id, timer.at_ms), timer);
    },

    async *dueTimers(shard, untilMs) {
      const condition = '#pk = :pk AND #sk < :end';
      const pages = paginateQuery(
        { client },
        {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: condition,
          ExpressionAttributeNames: namesIn(condition),
          // Within a millisecond the keys go on with '#': the next millisecond bounds them all.
          ExpressionAttributeValues: valuesIn(condition, {
            pk: timerPartition(shard),
            end: sortableMs(untilMs + 1),
          }),
        },
      );
      for await (const { Items = [] } of pages) yield Items.map((item) => unmarshall(item) as Timer);
    },

    async tellHang(hang) {
      const expires_at = Math.ceil((hang.at_ms + HANG_TOLD_FOR_MS) / 1000);
      await put(hangKey(hang.host), { ...hang, expires_at });
    },

    async hangsSince(ms) {
      const condition = '#pk = :pk';
      // One page of 1 MiB, not consistent: half the price, and a word that comes a second later will do.
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: condition,
          ExpressionAttributeNames: namesIn(condition),
          ExpressionAttributeValues: valuesIn(condition, { pk: HANGS }),
        }),
      );
      // Time to live deletes late: what is old is left out here.
      return Items.map((item) => unmarshall(item) as Hang).filter(({ at_ms }) => at_ms >= ms);
    },

    async deleteTimers(timers) {
      if (timers.length === 0) return;
      const RequestItems = {
        [table]: timers.map(({ task_id, at_ms }) => ({
          DeleteRequest: { Key: marshall(timerKey(task_id, at_ms)) },
        })),
      };
      await client.send(new BatchWriteItemCommand({ RequestItems }));
    },
  };
}

function asSeen(seen: Entry) {
  return {
    delivering: 'delivering',
    generation: seen.generation,
    attempt_count_seen: seen.attempt_count,
  };
}

function oneMore(seen: Entry, attempt: Attempt) {
  return {
    attempt_count: seen.attempt_count + 1,
    attempts: packAttempts([...seen.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT)),
  };
}
