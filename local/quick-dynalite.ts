/**
 * dynalite, with the two costs removed that make up most of a request: it parses each expression once, and it reads
 * items without a change of threads. Both reach into dynalite 4.0.0, whose version is pinned.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import dynalite, { type DynaliteOptions } from 'dynalite';
import conditionParser from 'dynalite/db/conditionParser.js';
import db, { type Store } from 'dynalite/db/index.js';
import updateParser from 'dynalite/db/updateParser.js';
import validations, { type Action, type DynaliteError, type Validation } from 'dynalite/validations/index.js';
import type { CallEngine, EngineResponse } from './engine-calls.ts';
import { rememberingParse } from './parsed-expressions.ts';

const require = createRequire(import.meta.url);

conditionParser.parse = rememberingParse(conditionParser.parse);
updateParser.parse = rememberingParse(updateParser.parse);

export interface QuickDynalite {
  /** Does not listen yet. */
  readonly server: Server;
  /** Answers a request as the server does, without HTTP. */
  readonly answer: CallEngine;
}

export function quickDynalite(options: DynaliteOptions): QuickDynalite {
  const { create } = db;
  let store: Store | undefined;
  db.create = (given) => {
    store = create(given);
    readAtOnce(store);
    return store;
  };
  try {
    const server = dynalite(options);
    return { server, answer: (headers, body) => answer(store as Store, headers, body) };
  } finally {
    db.create = create;
  }
}

/** What dynalite's own handler does with a request once its body is there and its signature has the right form. */
function answer(
  store: Store,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<EngineResponse> {
  return new Promise((resolve) => {
    const respond = (status: number, data: unknown) =>
      resolve({ status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(data) });
    const fail = (error: DynaliteError) => {
      if (error.statusCode !== undefined) respond(error.statusCode, error.body);
      else respond(500, { __type: 'com.amazon.coral.service#InternalServerError', message: error.message });
    };
    try {
      const operation = operationOf(headers['x-amz-target']);
      if (operation === undefined) {
        respond(400, { __type: 'com.amazon.coral.service#UnknownOperationException' });
        return;
      }
      const { types, custom } = operation.validation;
      const input = validations.checkTypes(JSON.parse(body), types);
      validations.checkValidations(input, types, custom, store);
      operation.run(store, input, (error, output) => (error ? fail(error) : respond(200, output)));
    } catch (error) {
      fail(error as DynaliteError);
    }
  });
}

interface Operation {
  readonly validation: Validation;
  readonly run: Action;
}

const operations = new Map<string, Operation>();

function operationOf(target = ''): Operation | undefined {
  const name = /^DynamoDB_20120810\.([A-Z][A-Za-z]+)$/.exec(target)?.[1];
  if (name === undefined) return undefined;
  const known = operations.get(name);
  if (known !== undefined) return known;
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`;
  try {
    const operation: Operation = {
      validation: require(`dynalite/validations/${file}`),
      run: require(`dynalite/actions/${file}`),
    };
    operations.set(name, operation);
    return operation;
  } catch {
    return undefined;
  }
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
