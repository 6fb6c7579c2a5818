import { callbackHost } from '../../lambda/callback/host.ts';
import { DEAD_REASONS, STATES, type State } from '../../lambda/contract/states.ts';
import { UsageError } from '../../local/user-error.ts';
import { type Command, type Invocation, limitOf, type Values } from '../command-line.ts';
import { roughly } from '../duration.ts';
import { ANY_STATE, type Brief, listedDead, scanEntries } from '../entries.ts';
import { filterFrom, inWords, matches, type Subject } from '../filters.ts';
import { pipelineOf } from '../pipeline.ts';
import { progress } from '../progress.ts';
import { table } from '../table.ts';
import { Tally } from '../tally.ts';
import { counted, printable } from '../terminal.ts';

export const list: Command = {
  takes: ['status', 'host', 'task', 'reason', 'since', 'limit', 'json'],
  run: listTasks,
};

const SHOWN_BY_DEFAULT = 100;

/** Shows tasks: the dead from their list, all others by going through the table. */
async function listTasks({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const nowMs = Date.now();
  const state = stateOf(values);
  const filter = filterFrom(values, DEAD_REASONS, nowMs);
  const limit = limitOf(values, SHOWN_BY_DEFAULT);
  const target = await findTarget();
  const pipeline = pipelineOf(target);
  const { interrupted } = terminal;

  const told = progress('looking', 0, terminal, values.json === true);
  const shown: Brief[] = [];
  const pages =
    state === 'dead'
      ? listedDead(pipeline, filter.sinceMs ?? 0, interrupted)
      : scanEntries(pipeline, state === undefined ? ANY_STATE : { only: state }, interrupted);
  for await (const page of pages) {
    shown.push(...page.filter((entry) => matches(filter, subjectOf(entry))));
    told.advance(page.length);
    if (shown.length > limit) break;
  }
  told.end();
  const more = shown.length > limit;
  shown.splice(limit);
  shown.sort((a, b) => subjectOf(a).atMs - subjectOf(b).atMs);
  const tally = new Tally();
  for (const entry of shown) tally.add(subjectOf(entry));

  if (values.json === true) {
    terminal.out(JSON.stringify({ tasks: shown.map(taskJson), counts: tally.counts(), more }));
    return;
  }
  if (shown.length > 0) terminal.out(`${taskTable(shown, nowMs)}\n\n${tally.toText()}\n`);
  const what = counted(shown.length, state === undefined ? 'task' : `${state} task`);
  terminal.out(
    `${what}${inWords(filter)} in ${target.name}${more ? ', and more; --limit 0 shows all' : ''}.`,
  );
  if (interrupted.aborted) terminal.err('Interrupted.');
}

/** @throws UsageError */
function stateOf({ status, reason }: Values): State | undefined {
  if (status === undefined) return reason === undefined ? undefined : 'dead';
  const state = STATES.find((known) => known === status);
  if (state === undefined) throw new UsageError(`--status is ${status}; there are: ${STATES.join(', ')}.`);
  if (reason !== undefined && state !== 'dead') {
    throw new UsageError(`--reason tells why tasks are dead; with --status ${state} it finds none.`);
  }
  return state;
}

/** As filters and tallies see a task: the dead since they died, the others since they were accepted. */
export function subjectOf({
  task_name,
  callback_url,
  dead_at_ms,
  dead_reason,
  accepted_at_ms,
}: Brief): Subject {
  return {
    host: callback_url === undefined ? undefined : callbackHost(callback_url),
    taskName: task_name,
    reason: dead_reason,
    atMs: dead_at_ms ?? accepted_at_ms,
  };
}

function taskTable(tasks: readonly Brief[], nowMs: number): string {
  return table(
    [
      { heading: 'TASK ID' },
      { heading: 'STATE' },
      { heading: 'AGE', align: 'right' },
      { heading: 'TASK', shrinks: true },
      { heading: 'HOST', shrinks: true },
      { heading: 'TRIES', align: 'right' },
    ],
    tasks.map((entry) => {
      const { host = '-', taskName = '-', atMs } = subjectOf(entry);
      return [
        entry.task_id,
        printable(entry.state),
        roughly(nowMs - atMs),
        taskName,
        host,
        String(entry.attempt_count),
      ];
    }),
  );
}

function taskJson(entry: Brief): object {
  const { host, reason, atMs } = subjectOf(entry);
  return {
    task_id: entry.task_id,
    task_name: entry.task_name,
    state: entry.state,
    client: entry.client,
    host,
    reason,
    since: new Date(atMs).toISOString(),
    attempts: entry.attempt_count,
  };
}
