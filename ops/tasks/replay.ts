import { replayTask } from '../../lambda/complete-task/replay-task.ts';
import { DEAD_REASONS } from '../../lambda/contract/states.ts';
import { Problem } from '../../lambda/http/problem.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { UsageError } from '../../local/user-error.ts';
import { type Command, type Invocation, limitOf, rateOf, taskId } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { listedDead, readEntries } from '../entries.ts';
import { Fault } from '../fault.ts';
import { filterFrom, inWords, isEverything, matches } from '../filters.ts';
import { type Pace, pace } from '../pace.ts';
import { type LifeSettings, lifeSettingsOf, type Pipeline, pipelineOf } from '../pipeline.ts';
import { type Progress, progress } from '../progress.ts';
import { Tally } from '../tally.ts';
import { counted } from '../terminal.ts';
import { subjectOf } from './list.ts';

export const replay: Command = {
  takes: ['host', 'task', 'reason', 'since', 'limit', 'rate', 'dry-run', 'yes', 'json'],
  ids: 'any',
  run: replayTasks,
};

/** So many at a time: each takes a few requests, one after the other. */
const AT_A_TIME = 10;

interface Replayed {
  count: number;
  /** Ids of tasks that have no settled callback, or moved on meanwhile. */
  readonly refused: string[];
  readonly tally: Tally;
}

/** Sends settled callbacks once more: those of the given tasks, or those of the dead on the list. */
async function replayTasks({ values, ids: given, terminal, target: findTarget }: Invocation): Promise<void> {
  const filter = filterFrom(values, DEAD_REASONS, Date.now());
  const ids = given.map(taskId);
  if (ids.length > 0 && !isEverything(filter)) {
    throw new UsageError('tasks replay takes either ids or filters: a filter chooses among the dead.');
  }
  const limit = limitOf(values);
  const paced = pace(rateOf(values), terminal.interrupted);
  const dryRun = values['dry-run'] === true;
  const json = values.json === true;
  const target = await findTarget();
  const pipeline = pipelineOf(target);
  const settings = lifeSettingsOf(target);
  if (ids.length === 0 && isEverything(filter) && limit === Number.POSITIVE_INFINITY && !dryRun) {
    const consequence = `Every dead callback of ${target.name} is sent again, to hosts that are well and to those that are not.`;
    await confirmed(consequence, 'Replay?', values, terminal, replay);
  }

  const told = progress(dryRun ? 'looking' : 'replaying', ids.length, terminal, json);
  const replayed: Replayed = { count: 0, refused: [], tally: new Tally() };
  const { interrupted } = terminal;
  const pages =
    ids.length > 0 ? named(pipeline, ids, replayed) : listedDead(pipeline, filter.sinceMs ?? 0, interrupted);
  try {
    for await (const page of pages) {
      const chosen = page
        .filter((entry) => matches(filter, subjectOf(entry)))
        .slice(0, limit - replayed.count);
      await replayAll(chosen, dryRun, pipeline, settings, { paced, told, interrupted, replayed });
      if (replayed.count >= limit || interrupted.aborted) break;
    }
  } finally {
    // Also where it broke off: what is replayed is replayed.
    told.end();
    terminal.out(json ? report(replayed, dryRun, interrupted) : words(replayed, dryRun, inWords(filter)));
  }
  if (interrupted.aborted)
    throw new Fault('Interrupted. The same command goes on with those that are dead still.');
  if (ids.length > 0 && replayed.refused.length > 0) {
    throw new Fault(
      `Not replayed: ${replayed.refused.join(', ')}. Only a task that is delivered or dead has a callback to send again; tasks show tells how one stands.`,
    );
  }
}

async function* named(
  pipeline: Pipeline,
  ids: readonly string[],
  replayed: Replayed,
): AsyncGenerator<Entry[]> {
  const entries = await readEntries(pipeline, ids);
  replayed.refused.push(...ids.filter((id) => !entries.has(id)));
  yield [...entries.values()];
}

async function replayAll(
  entries: readonly Entry[],
  dryRun: boolean,
  { ledger, queues }: Pipeline,
  settings: LifeSettings,
  {
    paced,
    told,
    interrupted,
    replayed,
  }: { paced: Pace; told: Progress; interrupted: AbortSignal; replayed: Replayed },
): Promise<void> {
  const ports = { ledger, callbacks: queues.callbacks, now: Date.now, tell: () => {} };
  const replayOne = async (entry: Entry) => {
    if (!dryRun) await replayTask(entry, ports, settings);
    else if (entry.state !== 'dead' && entry.state !== 'delivered')
      throw new Problem({ status: 409, title: '', detail: '' });
  };
  for (let start = 0; start < entries.length && !interrupted.aborted; start += AT_A_TIME) {
    const some = entries.slice(start, start + AT_A_TIME);
    if (!dryRun && !(await paced(some.length))) return;
    const ends = await Promise.allSettled(some.map(replayOne));
    for (const [index, entry] of some.entries()) {
      const end = ends[index];
      if (end?.status === 'fulfilled') {
        replayed.count += 1;
        replayed.tally.add(subjectOf(entry));
      } else if (end?.reason instanceof Problem) replayed.refused.push(entry.task_id);
    }
    told.advance(some.length);
    const broken = ends.find((end) => end.status === 'rejected' && !(end.reason instanceof Problem));
    if (broken?.status === 'rejected') throw broken.reason;
  }
}

function words({ count, refused, tally }: Replayed, dryRun: boolean, filtered: string): string {
  return [
    ...(count > 0 ? [`${tally.toText()}\n`] : []),
    `${dryRun ? 'Would replay' : 'Replayed'} ${counted(count, 'callback')}${filtered}.`,
    ...(refused.length > 0 ? [`  ${refused.length} have no settled callback`] : []),
  ].join('\n');
}

function report({ count, refused, tally }: Replayed, dryRun: boolean, { aborted }: AbortSignal): string {
  return JSON.stringify({
    dry_run: dryRun,
    replayed: count,
    refused,
    counts: tally.counts(),
    complete: !aborted,
  });
}
