/**
 * dynalite, with the two costs removed that make up most of a request: it parses each expression once, and it reads
 * items without a change of threads. Both reach into dynalite 4.0.0, whose version is pinned.
 */
import type { Server } from 'node:http';
import dynalite, { type DynaliteOptions } from 'dynalite';
import conditionParser from 'dynalite/db/conditionParser.js';
import db, { type Store } from 'dynalite/db/index.js';
import updateParser from 'dynalite/db/updateParser.js';
import { rememberingParse } from './parsed-expressions.ts';

conditionParser.parse = rememberingParse(conditionParser.parse);
updateParser.parse = rememberingParse(updateParser.parse);

/** Starts dynalite; it does not listen yet. */
export function quickDynalite(options: DynaliteOptions): Server {
  const { create } = db;
  db.create = (given) => {
    const store = create(given);
    readAtOnce(store);
    return store;
  };
  try {
    return dynalite(options);
  } finally {
    db.create = create;
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
