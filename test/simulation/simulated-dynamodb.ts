import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { checkAllUsed, holds, type Item, updated, ValidationException } from './expressions.ts';

/** Hears of every change of an item; undefined stands for an item that is not there. */
export type OnWrite = (pk: string, sk: string, before: Item | undefined, after: Item | undefined) => void;

/** DynamoDB's limit on the reads of one request. */
const MOST_BATCH_READS = 100;

/** DynamoDB's limit on the writes of one request. */
const MOST_BATCH_WRITES = 25;

/** For so long a read that is not consistent returns what an item was before its latest write: the worst that DynamoDB may do. */
const STALE_MS = 1_000;

interface LatestWrite {
  readonly atMs: number;
  readonly before: Item | undefined;
}

/** One table of DynamoDB with `pk` and `sk`, in memory: the commands that the ledger sends, and no other. */
export class SimulatedDynamodb {
  readonly #partitions = new Map<string, Map<string, Item>>();
  /** By partition and sort key; also of items that were deleted. */
  readonly #latestWrites = new Map<string, Map<string, LatestWrite>>();
  readonly #onWrite: OnWrite;
  readonly #pageSize: number;
  readonly #now: () => number;

  /**
   * @param pageSize the most items that one answer to a query has
   * @param now milliseconds, for how long reads are stale
   */
  constructor(onWrite: OnWrite, pageSize: number, now: () => number) {
    this.#onWrite = onWrite;
    this.#pageSize = pageSize;
    this.#now = now;
  }

  item(pk: string, sk: string): Item | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  /** The items of a partition, in no order. */
  partition(pk: string): Iterable<Item> {
    return this.#partitions.get(pk)?.values() ?? [];
  }

  /** An item as a read sees it. */
  #read(isConsistent: boolean | undefined, pk: string, sk: string): Item | undefined {
    const latest = this.#latestWrites.get(pk)?.get(sk);
    const isStale = isConsistent !== true && latest !== undefined && this.#now() - latest.atMs < STALE_MS;
    return isStale ? latest.before : this.item(pk, sk);
  }

  /** Carries a command out, all of it or nothing. */
  execute(command: unknown): object {
    if (command instanceof GetItemCommand) {
      const item = this.#read(command.input.ConsistentRead, ...keyOf(command.input.Key));
      return item === undefined ? {} : { Item: item };
    }
    if (command instanceof BatchGetItemCommand) return this.#batchGet(command.input);
    if (command instanceof PutItemCommand) return this.#put(command.input);
    if (command instanceof UpdateItemCommand) return this.#update(command.input);
    if (command instanceof DeleteItemCommand) {
      const [pk, sk] = keyOf(command.input.Key);
      this.#store(pk, sk, undefined);
      return {};
    }
    if (command instanceof BatchWriteItemCommand) return this.#batchWrite(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    throw new Error(`the simulated DynamoDB does not know ${(command as object).constructor.name}`);
  }

  #batchGet({ RequestItems = {} }: BatchGetItemCommand['input']): object {
    const read = Object.entries(RequestItems).map(([table, { Keys = [], ConsistentRead }]) => {
      const keys = new Map(Keys.map((key) => keyOf(key)).map((key) => [key.join('\n'), key]));
      if (Keys.length < 1 || Keys.length > MOST_BATCH_READS || keys.size < Keys.length) {
        throw new ValidationException(`${Keys.length} reads of ${keys.size} items in one batch`);
      }
      // DynamoDB promises no order: whoever counts on that of the keys is to notice.
      const items = [...keys.values()].reverse().map(([pk, sk]) => this.#read(ConsistentRead, pk, sk));
      return [table, items.filter((item) => item !== undefined)];
    });
    return { Responses: Object.fromEntries(read), UnprocessedKeys: {} };
  }

  #put(input: PutItemCommand['input']): object {
    const { Item = {}, ConditionExpression } = input;
    const [pk, sk] = keyOf(Item);
    this.#check(ConditionExpression, pk, sk, input);
    this.#store(pk, sk, Item);
    return {};
  }

  #update(input: UpdateItemCommand['input']): object {
    const { Key = {}, UpdateExpression = '', ConditionExpression, ReturnValues } = input;
    const [pk, sk] = keyOf(Key);
    checkAllUsed(`${UpdateExpression} ${ConditionExpression}`, input);
    this.#check(ConditionExpression, pk, sk, input, false);
    const after = updated(UpdateExpression, this.item(pk, sk) ?? Key, input);
    this.#store(pk, sk, after);
    return ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
  }

  #check(
    condition: string | undefined,
    pk: string,
    sk: string,
    placeholders: Parameters<typeof holds>[2],
    alone = true,
  ): void {
    if (condition === undefined) return;
    if (alone) checkAllUsed(condition, placeholders);
    if (holds(condition, this.item(pk, sk), placeholders)) return;
    throw new ConditionalCheckFailedException({
      message: 'The conditional request failed',
      $metadata: {},
    });
  }

  #batchWrite({ RequestItems = {} }: BatchWriteItemCommand['input']): object {
    const writes = Object.values(RequestItems)
      .flat()
      .map(({ PutRequest, DeleteRequest }) => ({
        key: keyOf(PutRequest?.Item ?? DeleteRequest?.Key),
        item: PutRequest?.Item,
      }));
    const keys = new Set(writes.map(({ key }) => key.join('\n')));
    if (writes.length < 1 || writes.length > MOST_BATCH_WRITES || keys.size < writes.length) {
      throw new ValidationException(`${writes.length} writes of ${keys.size} items in one batch`);
    }
    for (const { key, item } of writes) this.#store(...key, item);
    return { UnprocessedItems: {} };
  }

  #query(input: QueryCommand['input']): object {
    const { KeyConditionExpression = '', ExclusiveStartKey, ConsistentRead } = input;
    checkAllUsed(KeyConditionExpression, input);
    const from = ExclusiveStartKey === undefined ? '' : keyOf(ExclusiveStartKey)[1];
    const partition = input.ExpressionAttributeValues?.[':pk']?.S ?? '';
    const found = this.#keysIn(partition)
      .filter((sk) => sk > from)
      .sort()
      .map((sk) => this.#read(ConsistentRead, partition, sk))
      .filter((item) => item !== undefined && holds(KeyConditionExpression, item, input));
    const Items = found.slice(0, this.#pageSize);
    const last = Items.at(-1);
    if (last === undefined || Items.length === found.length) return { Items };
    return { Items, LastEvaluatedKey: { pk: last.pk, sk: last.sk } };
  }

  /** The sort keys of a partition, also of items that were deleted a moment ago. */
  #keysIn(partition: string): string[] {
    const writes = this.#latestWrites.get(partition) ?? new Map<string, LatestWrite>();
    for (const [sk, { atMs }] of writes) if (this.#now() - atMs >= STALE_MS) writes.delete(sk);
    return [...new Set([...(this.#partitions.get(partition)?.keys() ?? []), ...writes.keys()])];
  }

  #store(pk: string, sk: string, after: Item | undefined): void {
    const partition = this.#partitions.get(pk) ?? new Map<string, Item>();
    const before = partition.get(sk);
    if (after === undefined) partition.delete(sk);
    else partition.set(sk, after);
    this.#partitions.set(pk, partition);
    const writes = this.#latestWrites.get(pk) ?? new Map<string, LatestWrite>();
    writes.set(sk, { atMs: this.#now(), before });
    this.#latestWrites.set(pk, writes);
    this.#onWrite(pk, sk, before, after);
  }
}

function keyOf(item: Record<string, AttributeValue> | undefined): [pk: string, sk: string] {
  const { pk, sk } = item ?? {};
  if (pk?.S === undefined || sk?.S === undefined) throw new ValidationException('an item without pk and sk');
  return [pk.S, sk.S];
}
