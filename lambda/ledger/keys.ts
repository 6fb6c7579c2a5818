import { createHash } from 'node:crypto';

/** The ledger's one table: every item has a partition key `pk` and a sort key `sk`. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Timers and the list of the dead are spread over so many partitions, so that none of them runs hot. */
export const SHARDS = 8;

export const ENTRY = 'entry';

const DEAD = 'dead#';

export function entryKey(taskId: string): Key {
  return { pk: taskPartition(taskId), sk: ENTRY };
}

export function payloadKey(taskId: string, ref: string): Key {
  return { pk: taskPartition(taskId), sk: ref };
}

/** "Send a message for this task at that time." */
export function timerKey(taskId: string, atMs: number): Key {
  return { pk: timerPartition(shardOf(taskId)), sk: `${sortableMs(atMs)}#${taskId}` };
}

export function timerPartition(shard: number): string {
  return `timer#${shard}`;
}

/** The list of what gave up, for operators. */
export function deadKey(taskId: string, deadAtMs: number): Key {
  return { pk: deadPartition(shardOf(taskId)), sk: `${sortableMs(deadAtMs)}#${taskId}` };
}

export function deadPartition(shard: number): string {
  return `${DEAD}${shard}`;
}

/** Whether an item with this partition key is a row of that list. */
export function isOnDeadList(pk: unknown): boolean {
  return String(pk).startsWith(DEAD);
}

/** Where processes tell one another of hosts that hang. */
export const HANGS = 'hangs';

export function hangKey(host: string): Key {
  return { pk: HANGS, sk: host };
}

/** The keys of the API's clients, where the deployment uses such. */
export const API_KEYS = 'api-keys';

export function apiKeyKey(keyId: string): Key {
  return { pk: API_KEYS, sk: keyId };
}

/** Thirteen digits sort as text as they do as numbers, until the year 2286. */
export function sortableMs(ms: number): string {
  return String(Math.trunc(ms)).padStart(13, '0');
}

function taskPartition(taskId: string): string {
  return `task#${taskId}`;
}

function shardOf(taskId: string): number {
  return (createHash('sha256').update(taskId).digest()[0] ?? 0) % SHARDS;
}
