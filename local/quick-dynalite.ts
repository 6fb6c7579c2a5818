/**
 * dynalite, with the two costs removed that make up most of a request: it parses each expression once, and it reads
 * items without a change of threads. Both reach into dynalite 4.0.0, whose version is pinned.
 */
import type { Server } from 'node:http';
import dynalite, { type DynaliteOptions } from 'dynalite';
import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import getItem from 'dynalite/actions/getItem.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import updateItem from 'dynalite/actions/updateItem.js';
import conditionParser from 'dynalite/db/conditionParser.js';
import db, { type Store } from 'dynalite/db/index.js';
import updateParser from 'dynalite/db/updateParser.js';
import batchGetItemInput from 'dynalite/validations/batchGetItem.js';
import batchWriteItemInput from 'dynalite/validations/batchWriteItem.js';
import deleteItemInput from 'dynalite/validations/deleteItem.js';
import getItemInput from 'dynalite/validations/getItem.js';
import validations, { type Action, type DynaliteError, type Validation } from 'dynalite/validations/index.js';
import putItemInput from 'dynalite/validations/putItem.js';
import queryInput from 'dynalite/validations/query.js';
import updateItemInput from 'dynalite/validations/updateItem.js';
import { type EngineOperations, type EngineResponse, responseOf } from './engine-calls.ts';
import { rememberingParse } from './parsed-expressions.ts';

type Operation = readonly [run: Action, input: Validation];

/** What is called for each task. */
const FREQUENT: Readonly<Record<string, Operation>> = {
  BatchGetItem: [batchGetItem, batchGetItemInput],
  BatchWriteItem: [batchWriteItem, batchWriteItemInput],
  DeleteItem: [deleteItem, deleteItemInput],
  GetItem: [getItem, getItemInput],
  PutItem: [putItem, putItemInput],
  Query: [query, queryInput],
  UpdateItem: [updateItem, updateItemInput],
};

conditionParser.parse = rememberingParse(conditionParser.parse);
updateParser.parse = rememberingParse(updateParser.parse);

export interface QuickDynalite {
  /** Does not listen yet. */
  readonly server: Server;
  /** Those that are called for each task. They answer as the server does. */
  readonly operations: EngineOperations;
}

export function quickDynalite(options: DynaliteOptions): QuickDynalite {
  const stores: Store[] = [];
  const { create } = db;
  db.create = (given) => {
    const store = create(given);
    readAtOnce(store);
    stores.push(store);
    return store;
  };
  try {
    const server = dynalite(options);
    return { server, operations: operationsOn(stores) };
  } finally {
    db.create = create;
  }
}

function operationsOn(stores: readonly Store[]): EngineOperations {
  const [store] = stores;
  if (store === undefined)
    throw new Error('dynalite 4.0.0 creates its store when it is made; this version does not');
  return new Map(
    Object.entries(FREQUENT).map(([action, operation]) => [
      `DynamoDB_20120810.${action}`,
      (body) => answer(store, operation, body),
    ]),
  );
}

/** What dynalite's HTTP server does with a request once it has its body and a signature of the right form. */
function answer(store: Store, [run, { types, custom }]: Operation, body: string): Promise<EngineResponse> {
  return new Promise((resolve) => {
    const fail = ({ statusCode = 500, body, message }: DynaliteError) =>
      resolve(
        responseOf(body ?? { __type: 'com.amazon.coral.service#InternalServerError', message }, statusCode),
      );
    try {
      const input = validations.checkTypes(JSON.parse(body), types);
      validations.checkValidations(input, types, custom, store);
      run(store, input, (error, output) => (error ? fail(error) : resolve(responseOf(output))));
    } catch (error) {
      fail(error as DynaliteError);
    }
  });
}

/**
 * LevelDB finds an item in microseconds; handing the search to another thread and back takes many times as long. While
 * the database opens and once it is closed, dynalite's own way applies.
 */
function readAtOnce({ db: level }: Store): void {
  const get = level.get.bind(level);
  level.get = (key, callback) => {
    // LevelDB itself calls this with options in place of a callback, for reads that waited for it to open.
    if (level.status !== 'open' || typeof callback !== 'function') return get(key, callback);
    try {
      setImmediate(callback, null, level.getSync(key));
    } catch (error) {
      setImmediate(callback, error as Error);
    }
    return undefined;
  };
}
