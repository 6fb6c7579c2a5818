import type {
  BatchGetItemInput,
  BatchWriteItemInput,
  GetItemInput,
  PutItemInput,
  QueryInput,
  UpdateItemInput,
} from '@aws-sdk/client-dynamodb';
import type { Counter } from './counts.ts';
import { type Seed, seededEntry, seededNumber } from './seed.ts';
import { type Item, itemBytes, readUnits, writeUnits } from './units.ts';

/** One table for whatever table is named. Conditions are taken for true, filters for none. */
export class StubDynamodb {
  readonly #items = new Map<string, Item>();
  readonly #seeds: Seed[] = [];
  readonly #counter: Counter;

  constructor(counter: Counter) {
    this.#counter = counter;
  }

  seed(seed: Seed): void {
    this.#seeds.push(seed);
  }

  /** The answer to an operation; undefined where it is not known. */
  answer(operation: string, input: object): object | undefined {
    switch (operation) {
      case 'GetItem': {
        const { Key = {}, ConsistentRead = false } = input as GetItemInput;
        const item = this.#read(Key, ConsistentRead);
        return item === undefined ? {} : { Item: item };
      }
      case 'BatchGetItem':
        return this.#batchGet(input as BatchGetItemInput);
      case 'PutItem':
        this.#put((input as PutItemInput).Item ?? {});
        return {};
      case 'UpdateItem':
        return this.#update(input as UpdateItemInput);
      case 'DeleteItem':
        this.#delete((input as GetItemInput).Key ?? {});
        return {};
      case 'BatchWriteItem':
        return this.#batchWrite(input as BatchWriteItemInput);
      case 'Query':
        return this.#query(input as QueryInput);
      default:
        return undefined;
    }
  }

  #read(key: Item, isConsistent: boolean): Item | undefined {
    const item = this.#find(key);
    this.#counter.read(readUnits(item === undefined ? 0 : itemBytes(item), isConsistent));
    return item;
  }

  #batchGet({ RequestItems = {} }: BatchGetItemInput): object {
    const Responses = Object.fromEntries(
      Object.entries(RequestItems).map(([table, { Keys = [], ConsistentRead = false }]) => [
        table,
        Keys.map((key) => this.#read(key, ConsistentRead)).filter((item) => item !== undefined),
      ]),
    );
    return { Responses, UnprocessedKeys: {} };
  }

  #put(item: Item): void {
    const before = this.#items.get(nameOf(item));
    this.#counter.wrote(writeUnits(before === undefined ? 0 : itemBytes(before), itemBytes(item)));
    this.#items.set(nameOf(item), item);
  }

  #update({ Key = {}, UpdateExpression = '', ReturnValues, ...placeholders }: UpdateItemInput): object {
    const before = this.#find(Key) ?? Key;
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = placeholders;
    const after: Record<string, Item[string]> = { ...before };
    for (const { keyword, alias, value } of changesIn(UpdateExpression)) {
      const name = names[alias] ?? alias;
      const given = value === undefined ? undefined : values[value];
      if (given === undefined) delete after[name];
      else if (keyword === 'ADD') after[name] = { N: String(Number(after[name]?.N ?? 0) + Number(given.N)) };
      else after[name] = given;
    }
    this.#counter.wrote(writeUnits(itemBytes(before), itemBytes(after)));
    this.#items.set(nameOf(Key), after);
    return ReturnValues === 'ALL_NEW' ? { Attributes: after } : {};
  }

  #delete(key: Item): void {
    const before = this.#find(key);
    this.#counter.wrote(writeUnits(before === undefined ? 0 : itemBytes(before), 0));
    this.#items.delete(nameOf(key));
  }

  #batchWrite({ RequestItems = {} }: BatchWriteItemInput): object {
    for (const { PutRequest, DeleteRequest } of Object.values(RequestItems).flat()) {
      if (PutRequest?.Item !== undefined) this.#put(PutRequest.Item);
      if (DeleteRequest?.Key !== undefined) this.#delete(DeleteRequest.Key);
    }
    return { UnprocessedItems: {} };
  }

  /** Of the items of a partition only what was written, all of them: looked for one by one, hence for small tables. */
  #query({ ExpressionAttributeValues, ConsistentRead = false }: QueryInput): object {
    const prefix = `${ExpressionAttributeValues?.[':pk']?.S}\n`;
    const isPartition = ([name]: [string, Item]) => name.startsWith(prefix);
    // No task's partition is ever asked for so: with 100,000 tasks the search would outlast the rest.
    const found = prefix.startsWith('hangs') ? [] : [...this.#items].filter(isPartition);
    const Items = found.map(([, item]) => item);
    const bytes = Items.reduce((sum, item) => sum + itemBytes(item), 0);
    this.#counter.read(readUnits(bytes, ConsistentRead));
    return { Items, Count: Items.length };
  }

  #find(key: Item): Item | undefined {
    return this.#items.get(nameOf(key)) ?? this.#seeded(key);
  }

  #seeded({ pk, sk }: Item): Item | undefined {
    const [, taskId] = sk?.S === 'entry' ? (/^task#(.+)$/.exec(pk?.S ?? '') ?? []) : [];
    const number = taskId === undefined ? undefined : seededNumber(taskId);
    if (taskId === undefined || number === undefined) return undefined;
    const seed = this.#seeds.findLast(({ from = 0, tasks }) => from <= number && number < from + tasks);
    return seed && seededEntry(taskId, seed.callbackUrl);
  }
}

interface AttributeChange {
  readonly keyword: string;
  readonly alias: string;
  /** Undefined where the attribute is removed. */
  readonly value: string | undefined;
}

const parsed = new Map<string, readonly AttributeChange[]>();

/** An update expression as `lambda/ledger/expression.ts` writes them. There are few: each is parsed once. */
function changesIn(expression: string): readonly AttributeChange[] {
  const known = parsed.get(expression);
  if (known !== undefined) return known;
  const sections = [...expression.matchAll(/(SET|REMOVE|ADD) (.+?)(?= REMOVE | ADD |$)/g)];
  const changes = sections.flatMap(([, keyword = '', list = '']) =>
    list.split(', ').map((part) => {
      const [, alias = '', value] = /^(#\w+)(?: = | )?(:\w+)?$/.exec(part) ?? [];
      return { keyword, alias, value };
    }),
  );
  parsed.set(expression, changes);
  return changes;
}

function nameOf({ pk, sk }: Item): string {
  return `${pk?.S}\n${sk?.S}`;
}
