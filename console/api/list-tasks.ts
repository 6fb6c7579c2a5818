import * as z from 'zod';
import { STATES } from '../../lambda/contract/states.ts';
import type { Key } from '../../lambda/ledger/keys.ts';
import { UsageError } from '../../local/user-error.ts';
import { ANY_STATE, type Brief } from '../../ops/entries.ts';
import { type Filter, filterFrom, matches } from '../../ops/filters.ts';
import { subjectOf } from '../../ops/tasks/list.ts';
import type { TaskList } from '../api-types.ts';
import type { Desk } from '../desk.ts';
import { limitFrom, text } from './parameters.ts';
import { taskRow } from './rows.ts';

const SHOWN_BY_DEFAULT = 50;

/** Where the next page begins: in which stretch of the table, and after which task of it. */
interface Place {
  readonly from?: Key | undefined;
  readonly after?: readonly [acceptedAtMs: number, taskId: string] | undefined;
}

const placeSchema = z.strictObject({
  from: z.strictObject({ pk: z.string(), sk: z.string() }).optional(),
  after: z.tuple([z.number(), z.string()]).optional(),
});

/**
 * Tasks of the ledger, the latest first. The table has no order of time: a stretch of it, as long as the desk allows, is
 * read and put in order. Where that is all of the table these are its latest tasks, else the stretch's.
 */
export async function listTasks(desk: Desk, parameters: URLSearchParams): Promise<TaskList> {
  const status = text(parameters, 'status');
  const state = STATES.find((known) => known === status);
  if (status !== undefined && state === undefined) {
    throw new UsageError(`status is ${status}; there are: ${STATES.join(', ')}.`);
  }
  const states = state === undefined ? ANY_STATE : { only: state };
  const client = text(parameters, 'client');
  const filter = filterFrom(
    { task: text(parameters, 'task'), host: text(parameters, 'host'), since: text(parameters, 'since') },
    [],
    Date.now(),
  );
  const limit = limitFrom(parameters, SHOWN_BY_DEFAULT);
  const place = placeFrom(text(parameters, 'cursor'));

  const found: Brief[] = [];
  let itemsRead = 0;
  let scanned = 0;
  let next: Key | undefined;
  for await (const page of desk.entryPages(states, place.from)) {
    found.push(...page.entries.filter((entry) => isWanted(entry, filter, client)));
    scanned += page.entries.length;
    itemsRead += page.itemsRead;
    next = page.next;
    if (itemsRead >= desk.itemsRead) break;
  }
  const inOrder = found.sort(latestFirst).filter((entry) => isAfter(entry, place.after));
  const shown = inOrder.slice(0, limit);
  const last = shown.at(-1);
  const goOn: Place | undefined =
    inOrder.length > limit && last !== undefined
      ? { from: place.from, after: [last.accepted_at_ms, last.task_id] }
      : next && { from: next };
  return {
    tasks: shown.map(taskRow),
    ...(goOn !== undefined && { cursor: Buffer.from(JSON.stringify(goOn)).toString('base64url') }),
    scanned,
  };
}

function isWanted(entry: Brief, filter: Filter, client: string | undefined): boolean {
  // Accepted since, whatever has become of it.
  const subject = { ...subjectOf(entry), atMs: entry.accepted_at_ms };
  return matches(filter, subject) && (client === undefined || entry.client === client);
}

function latestFirst(a: Brief, b: Brief): number {
  return b.accepted_at_ms - a.accepted_at_ms || b.task_id.localeCompare(a.task_id);
}

function isAfter({ accepted_at_ms, task_id }: Brief, after: Place['after']): boolean {
  if (after === undefined) return true;
  const [ms, id] = after;
  return accepted_at_ms < ms || (accepted_at_ms === ms && task_id.localeCompare(id) < 0);
}

function placeFrom(cursor: string | undefined): Place {
  if (cursor === undefined) return {};
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new UsageError('cursor is none that the console has given; ask again without it.');
  }
}
