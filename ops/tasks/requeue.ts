import { callbackHost } from '../../lambda/callback/host.ts';
import { MESSAGES_PER_REQUEST } from '../../lambda/contract/limits.ts';
import { isState, QUEUE_OF_STATE, STATES } from '../../lambda/contract/states.ts';
import { SHARDS } from '../../lambda/ledger/keys.ts';
import { type Command, type Invocation, limitOf, rateOf } from '../command-line.ts';
import { parseAge } from '../duration.ts';
import { type Brief, scanEntries } from '../entries.ts';
import { Fault } from '../fault.ts';
import { type Filter, filterFrom, inWords, matches } from '../filters.ts';
import { type Pace, pace } from '../pace.ts';
import { type Pipeline, pipelineOf } from '../pipeline.ts';
import { type Progress, progress } from '../progress.ts';
import { Tally } from '../tally.ts';
import { counted } from '../terminal.ts';
import { subjectOf } from './list.ts';
import { isStuck, type StuckAge } from './stuck.ts';

export const requeue: Command = {
  takes: ['older-than', 'host', 'task', 'since', 'limit', 'rate', 'dry-run', 'json'],
  run: requeueTasks,
};

/** No message is owed to these. */
const SETTLED = STATES.filter((state) => QUEUE_OF_STATE[state] === null);

/**
 * Reads timers up to this far ahead. What is due and has a timer waits at most 7.2 h, since a callback that is held
 * back is looked at again by then. A later timer is from version 0.1.0, which could park callbacks for weeks.
 */
const LONGEST_WAIT_OF_DUE_MS = 24 * 60 * 60 * 1_000;

/** What has been done so far. */
interface Requeued {
  count: number;
  /** Due for long, and left: a timer still stands. */
  waiting: number;
  /** Left: in a state that this version does not know. */
  unknown: number;
  failed: number;
  readonly tally: Tally;
}

interface Selection {
  readonly filter: Filter;
  readonly limit: number;
  readonly dryRun: boolean;
  readonly age: StuckAge;
}

/**
 * Sends tasks again that have been due for long and that nobody seems to drive. One that somebody drives after all is
 * none the worse: the ledger decides what a message is worth.
 */
async function requeueTasks({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const nowMs = Date.now();
  const olderThanMs = parseAge('older-than', values['older-than'] ?? '15m');
  const filter = filterFrom(values, [], nowMs);
  const limit = limitOf(values);
  const { interrupted } = terminal;
  const paced = pace(rateOf(values), interrupted);
  const dryRun = values['dry-run'] === true;
  const json = values.json === true;
  const target = await findTarget();
  const pipeline = pipelineOf(target);

  const requeued: Requeued = { count: 0, waiting: 0, unknown: 0, failed: 0, tally: new Tally() };
  const selection = { filter, limit, dryRun, age: { nowMs, olderThanMs } };
  const told = progress(dryRun ? 'looking' : 'looking and sending', 0, terminal, json);
  try {
    await requeueAll(selection, pipeline, paced, told, interrupted, requeued);
  } finally {
    // Also where it broke off: what is sent is sent.
    told.end();
    terminal.out(json ? report(requeued, selection, interrupted) : words(requeued, selection));
  }
  if (interrupted.aborted) {
    throw new Fault('Interrupted. What was not sent again is found by the same command.');
  }
  if (requeued.failed > 0) {
    throw new Fault(`${requeued.failed} were not taken by their queue. Requeue once more.`);
  }
}

async function requeueAll(
  { filter, limit, dryRun, age }: Selection,
  pipeline: Pipeline,
  paced: Pace,
  told: Progress,
  interrupted: AbortSignal,
  requeued: Requeued,
): Promise<void> {
  let timed: ReadonlySet<string> | undefined;
  const unfinished = scanEntries(pipeline, { except: SETTLED }, interrupted);
  for await (const page of unfinished) {
    told.advance(page.length);
    requeued.unknown += page.filter(({ state }) => !isState(state)).length;
    const due = page.filter((entry) => isStuck(entry, age) && matches(filter, subjectOf(entry)));
    if (due.length === 0) continue;
    timed ??= await livesWithTimers(pipeline, age.nowMs);
    const undriven = due.filter((entry) => timed?.has(lifeOf(entry)) !== true);
    requeued.waiting += due.length - undriven.length;
    const stuck = undriven.slice(0, limit - requeued.count);
    for (let start = 0; start < stuck.length; start += MESSAGES_PER_REQUEST) {
      const batch = stuck.slice(start, start + MESSAGES_PER_REQUEST);
      if (!dryRun && !(await paced(batch.length))) return;
      const stored = dryRun ? batch : await send(batch, pipeline);
      for (const entry of stored) requeued.tally.add({ ...subjectOf(entry), reason: entry.state });
      requeued.count += stored.length;
      requeued.failed += batch.length - stored.length;
    }
    if (requeued.count >= limit) return;
  }
}

/** Returns the lives that a timer will advance within a day: a callback whose host is held back waits for hours. */
export async function livesWithTimers({ ledger }: Pipeline, nowMs: number): Promise<ReadonlySet<string>> {
  const lives = new Set<string>();
  for (let shard = 0; shard < SHARDS; shard += 1) {
    for await (const timers of ledger.dueTimers(shard, nowMs + LONGEST_WAIT_OF_DUE_MS)) {
      for (const timer of timers) if (timer.at_ms > nowMs) lives.add(lifeOf(timer));
    }
  }
  return lives;
}

export function lifeOf({
  task_id,
  generation,
}: {
  readonly task_id: string;
  readonly generation: number;
}): string {
  return `${task_id} ${generation}`;
}

/** @returns those that their queue has stored */
async function send(entries: readonly Brief[], { queues }: Pipeline): Promise<Brief[]> {
  const sent: Brief[] = [];
  for (const to of ['tasks', 'callbacks'] as const) {
    const mine = entries.filter(({ state }) => QUEUE_OF_STATE[state] === to);
    const stored = await queues[to].sendBatch(
      mine.map(({ task_id, generation, client, callback_url }) => ({
        message: { task_id, generation },
        group: to === 'tasks' || callback_url === undefined ? client : callbackHost(callback_url),
      })),
    );
    sent.push(...mine.filter((_, index) => stored[index]));
  }
  return sent;
}

function words({ count, waiting, unknown, tally }: Requeued, { filter, dryRun }: Selection): string {
  return [
    ...(count > 0 ? [`${tally.toText()}\n`] : []),
    `${dryRun ? 'Would requeue' : 'Requeued'} ${counted(count, 'stuck task')}${inWords(filter)}.`,
    ...(waiting > 0 ? [`  ${waiting} left: a timer still stands for them`] : []),
    ...(unknown > 0
      ? [`  ${unknown} left: this version does not know their state; tasks list shows it`]
      : []),
  ].join('\n');
}

function report(
  { count, waiting, unknown, failed, tally }: Requeued,
  { dryRun }: Selection,
  { aborted }: AbortSignal,
): string {
  return JSON.stringify({
    dry_run: dryRun,
    requeued: count,
    waiting_for_their_timer: waiting,
    in_unknown_state: unknown,
    failed,
    counts: tally.counts(),
    complete: !aborted,
  });
}
