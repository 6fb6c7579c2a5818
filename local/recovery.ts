import {
  type AttributeValue,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { callbackHost } from '../lambda/callback/host.ts';
import { MAX_MESSAGE_DELAY_SECONDS } from '../lambda/contract/limits.ts';
import { type Entry, isUnsent } from '../lambda/ledger/entry.ts';
import { ENTRY, entryKey, isOnDeadList } from '../lambda/ledger/keys.ts';
import { encodeMessage } from '../lambda/queue/message.ts';
import type { OutgoingMessage } from './sqs-calls.ts';

export interface RecoverySettings {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Attribute with the epoch second after which an item is gone. */
  readonly timeToLiveAttribute: string | undefined;
  readonly nowMs: number;
  send(queue: 'tasks' | 'callbacks' | 'dead-letters', messages: readonly OutgoingMessage[]): Promise<void>;
  /** Called before anything is sent. Default: nothing is reported. */
  readonly onFound?: (found: Recovered) => void;
}

/** What was found unfinished and put back into the queues. */
export interface Recovered {
  readonly tasks: number;
  readonly callbacks: number;
  readonly deadLetters: number;
  /** How many entries are in each state that this version does not know. They are left as they are. */
  readonly unknown: Readonly<Record<string, number>>;
}

/** What recovery reads of an entry. */
type SeenEntry = Pick<
  Entry,
  | 'state'
  | 'generation'
  | 'task_name'
  | 'callback_url'
  | 'not_before_ms'
  | 'unsent'
  | 'runs'
  | 'next_attempt_at_ms'
  | 'lease_expires_at_ms'
  | 'attempt_count'
  | 'dead_at_ms'
  | 'dead_reason'
> & { readonly task_id: string };

interface Found {
  readonly tasks: SeenEntry[];
  readonly callbacks: SeenEntry[];
  readonly dead: SeenEntry[];
  readonly unknown: SeenEntry[];
  /** `deathOf` of each row in the list of the dead. */
  readonly listedDeaths: Set<string>;
}

const ATTRIBUTES = [
  'pk',
  'sk',
  'state',
  'generation',
  'task_id',
  'task_name',
  'callback_url',
  'not_before_ms',
  'unsent',
  'runs',
  'next_attempt_at_ms',
  'lease_expires_at_ms',
  'attempt_count',
  'dead_at_ms',
  'dead_reason',
] as const;

const SCAN_PAGE = 1_000;
/** DynamoDB's limit on the writes of one batch. */
const WRITE_BATCH = 25;
const MESSAGES_AT_A_TIME = 1_000;
const WRITES_AT_A_TIME = 16;

/**
 * Brings the queues, which do not outlive the process, back in line with the ledger, which does. Run it before
 * any function: what the ledger calls running was running in a process that is gone, so its lease is ended.
 *
 * Timers stay where they are. A message too many does no harm; the ledger knows what is still to be done.
 */
export async function recover(settings: RecoverySettings): Promise<Recovered> {
  const found = await readLedger(settings);
  const listed = found.dead.filter((entry) => found.listedDeaths.has(deathOf(entry)));
  const recovered: Recovered = {
    tasks: found.tasks.length,
    callbacks: found.callbacks.length,
    deadLetters: listed.length,
    unknown: countsOf(found.unknown),
  };
  settings.onFound?.(recovered);
  await endLeases(settings, found.tasks);

  await sendAll(settings, 'tasks', found.tasks);
  await sendAll(settings, 'callbacks', found.callbacks);
  await sendAll(settings, 'dead-letters', listed);
  return recovered;
}

async function readLedger(settings: RecoverySettings): Promise<Found> {
  const { client, table, timeToLiveAttribute, nowMs } = settings;
  const found: Found = { tasks: [], callbacks: [], dead: [], unknown: [], listedDeaths: new Set() };
  const names = timeToLiveAttribute === undefined ? ATTRIBUTES : [...ATTRIBUTES, timeToLiveAttribute];
  let after: Record<string, AttributeValue> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: table,
        Limit: SCAN_PAGE,
        ProjectionExpression: names.map((name) => `#${name}`).join(', '),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...(after !== undefined && { ExclusiveStartKey: after }),
      }),
    );
    const items = Items.map((item) => unmarshall(item));
    const expired = items.filter(
      (item) => Number(item[timeToLiveAttribute ?? ''] ?? Infinity) * 1_000 < nowMs,
    );
    for (const item of items) if (!expired.includes(item)) note(item, found);
    await deleteItems(settings, expired);
    after = LastEvaluatedKey;
  } while (after !== undefined);
  return found;
}

function note(item: Record<string, unknown>, found: Found): void {
  if (isOnDeadList(item.pk)) {
    found.listedDeaths.add(deathOf(item as unknown as SeenEntry));
    return;
  }
  if (item.sk !== ENTRY) return;
  const entry = item as unknown as SeenEntry;
  switch (entry.state) {
    case 'accepted':
    case 'running':
      if (!isUnsent(entry)) found.tasks.push(entry);
      break;
    case 'delivering':
      found.callbacks.push(entry);
      break;
    case 'dead':
      found.dead.push(entry);
      break;
    case 'delivered':
    case 'completed':
      break;
    default:
      entry.state satisfies never;
      found.unknown.push(entry);
  }
}

function countsOf(entries: readonly SeenEntry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of entries) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Names one death of one task: a row of the list stands for exactly one. */
function deathOf(item: Pick<SeenEntry, 'task_id' | 'generation' | 'dead_at_ms'>): string {
  return `${item.task_id} ${item.generation} ${item.dead_at_ms}`;
}

/** What DynamoDB's time to live does by itself; the local engine does not. */
async function deleteItems(
  settings: RecoverySettings,
  items: readonly Record<string, unknown>[],
): Promise<void> {
  for (let start = 0; start < items.length; start += WRITE_BATCH) {
    const batch = items.slice(start, start + WRITE_BATCH);
    const requests = batch.map(({ pk, sk }) => ({ DeleteRequest: { Key: marshall({ pk, sk }) } }));
    await settings.client.send(new BatchWriteItemCommand({ RequestItems: { [settings.table]: requests } }));
  }
}

async function endLeases(settings: RecoverySettings, tasks: readonly SeenEntry[]): Promise<void> {
  const running = tasks.filter(({ state }) => state === 'running');
  for (let start = 0; start < running.length; start += WRITES_AT_A_TIME) {
    await Promise.all(
      running.slice(start, start + WRITES_AT_A_TIME).map((entry) => endLease(settings, entry)),
    );
  }
}

async function endLease({ client, table }: RecoverySettings, entry: SeenEntry): Promise<void> {
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: marshall(entryKey(entry.task_id)),
        UpdateExpression: 'SET #lease = :lapsed',
        ConditionExpression: '#state = :running AND #lease = :seen',
        ExpressionAttributeNames: { '#state': 'state', '#lease': 'lease_expires_at_ms' },
        ExpressionAttributeValues: marshall({
          ':running': 'running',
          ':lapsed': 0,
          ':seen': entry.lease_expires_at_ms ?? 0,
        }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function sendAll(
  { send, nowMs }: RecoverySettings,
  queue: 'tasks' | 'callbacks' | 'dead-letters',
  entries: readonly SeenEntry[],
): Promise<void> {
  for (let start = 0; start < entries.length; start += MESSAGES_AT_A_TIME) {
    const some = entries.slice(start, start + MESSAGES_AT_A_TIME);
    await send(
      queue,
      some.map((entry) => (queue === 'dead-letters' ? deadLetter(entry) : dueMessage(entry, nowMs))),
    );
  }
}

/** Comes when the entry is next due, or after SQS's longest delay; a longer wait has a timer in the ledger: the message that was to come then went down with the queues. */
function dueMessage(entry: SeenEntry, nowMs: number): OutgoingMessage {
  const { task_id, generation } = entry;
  const dueMs = entry.state === 'accepted' ? entry.not_before_ms : entry.next_attempt_at_ms;
  const waitSeconds = Math.ceil(((dueMs ?? 0) - nowMs) / 1_000);
  const delaySeconds = Math.min(MAX_MESSAGE_DELAY_SECONDS, Math.max(0, waitSeconds));
  return { body: encodeMessage({ task_id, generation }), delaySeconds };
}

function deadLetter(entry: SeenEntry): OutgoingMessage {
  const { task_id, generation } = entry;
  return {
    body: encodeMessage({ task_id, generation }),
    attributes: {
      task_id,
      task_name: entry.task_name,
      callback_host: callbackHost(entry.callback_url ?? ''),
      reason: entry.dead_reason ?? 'unknown',
      attempts: String(entry.attempt_count),
    },
  };
}
