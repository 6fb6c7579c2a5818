import { callbackHost } from '../../lambda/callback/host.ts';
import { type Command, type Invocation, limitOf, rateOf } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { Fault } from '../fault.ts';
import { type Filter, filterFrom, inWords, isEverything, matches } from '../filters.ts';
import { type Pace, pace } from '../pace.ts';
import { type Pipeline, pipelineOf } from '../pipeline.ts';
import { type Progress, progress } from '../progress.ts';
import { Tally } from '../tally.ts';
import { counted } from '../terminal.ts';
import { LETTER_REASONS, type Letter } from './letter.ts';
import { type Letters, whyStopped, withLetters } from './walk-letters.ts';

export const redrive: Command = {
  takes: ['host', 'task', 'reason', 'since', 'limit', 'rate', 'dry-run', 'yes', 'json'],
  run: redriveLetters,
};

export interface Selection {
  readonly filter: Filter;
  readonly limit: number;
  readonly dryRun: boolean;
}

/** What has been done so far; it grows, so that an interruption can tell how far it came. */
export interface Redriven {
  lookedAt: number;
  readonly sent: { tasks: number; callbacks: number };
  /** Removed, for their tasks have been settled since. */
  settled: number;
  /** Chosen, and left where they are: nothing can be sent for them. */
  left: number;
  /** Died once more while this went on; left where they are. */
  diedAgain: number;
  /** The queue did not take them; left where they are. */
  failed: number;
  readonly tally: Tally;
}

/** Sends letters back to the queue that their tasks' state calls for. */
async function redriveLetters({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const filter = filterFrom(values, LETTER_REASONS, Date.now());
  const selection = { filter, limit: limitOf(values), dryRun: values['dry-run'] === true };
  const paced = pace(rateOf(values), terminal.interrupted);
  const target = await findTarget();
  const pipeline = pipelineOf(target);
  const json = values.json === true;

  await withLetters(pipeline, terminal, async (letters) => {
    const total = await letters.queue.count();
    if (!selection.dryRun && isEverything(filter) && selection.limit === Number.POSITIVE_INFINITY) {
      const consequence = `Every dead letter of ${target.name}, about ${total}, is sent again, to hosts that are well and to those that are not.`;
      await confirmed(consequence, 'Redrive?', values, terminal, redrive);
    }
    const redriven = nothingRedriven();
    const told = progress(selection.dryRun ? 'looking' : 'redriving', total, terminal, json);
    try {
      await redriveAll(letters, selection, pipeline, paced, told, redriven);
    } finally {
      // Also where it broke off: what is sent is sent.
      told.end();
      const { interrupted } = terminal;
      terminal.out(json ? report(redriven, selection, letters, interrupted) : words(redriven, selection));
    }
    const stopped = whyStopped(letters, terminal);
    if (stopped !== undefined) {
      throw new Fault(`${stopped}. What is not redriven is back in the queue; the same command goes on.`);
    }
    if (redriven.failed > 0) {
      throw new Fault(`${redriven.failed} were not taken by their queue and are left. Redrive once more.`);
    }
  });
}

export function nothingRedriven(): Redriven {
  return {
    lookedAt: 0,
    sent: { tasks: 0, callbacks: 0 },
    settled: 0,
    left: 0,
    diedAgain: 0,
    failed: 0,
    tally: new Tally(),
  };
}

/**
 * Receive, send, delete, in this order: whatever dies in between leaves a letter too many, which the ledger makes
 * harmless, and never one too few.
 */
export async function redriveAll(
  letters: Letters,
  { filter, limit, dryRun }: Selection,
  pipeline: Pipeline,
  paced: Pace,
  told: Pick<Progress, 'advance'>,
  redriven: Redriven,
): Promise<void> {
  /** The life in which each task was sent: one that dies again meanwhile must not go round and round. */
  const sentLives = new Map<string, number>();
  let chosenSoFar = 0;
  for await (const batch of letters.walk()) {
    redriven.lookedAt += batch.length;
    const chosen = batch.filter((letter) => matches(filter, letter)).slice(0, limit - chosenSoFar);
    chosenSoFar += chosen.length;
    const again = chosen.filter((letter) => letter.sendTo !== undefined && diedSince(letter, sentLives));
    const settled = chosen.filter(({ reason }) => reason === 'settled');
    const sendable = chosen.filter((letter) => letter.sendTo !== undefined && !again.includes(letter));
    if (!dryRun && !(await paced(sendable.length))) return;
    for (const letter of chosen) redriven.tally.add(letter);
    redriven.diedAgain += again.length;
    redriven.settled += settled.length;
    redriven.left += chosen.length - again.length - settled.length - sendable.length;

    if (dryRun) {
      for (const { sendTo } of sendable) if (sendTo !== undefined) redriven.sent[sendTo] += 1;
    } else {
      const sent = await send(sendable, pipeline, redriven);
      await letters.queue.delete([...sent, ...settled].map(({ raw }) => raw));
      for (const { message } of sent) if (message) sentLives.set(message.task_id, message.generation);
    }
    told.advance(batch.length);
    if (chosenSoFar >= limit) return;
  }
}

function diedSince({ message }: Letter, sentLives: ReadonlyMap<string, number>): boolean {
  const sent = message && sentLives.get(message.task_id);
  return sent !== undefined && message !== undefined && message.generation > sent;
}

/** @returns the letters that their queue has stored */
async function send(letters: readonly Letter[], { queues }: Pipeline, redriven: Redriven): Promise<Letter[]> {
  const sent: Letter[] = [];
  for (const to of ['tasks', 'callbacks'] as const) {
    const mine = letters.filter(({ sendTo }) => sendTo === to);
    const envelopes = mine.flatMap(({ message, entry }) => {
      const { client = '', callback_url } = entry ?? {};
      const group = to === 'tasks' || callback_url === undefined ? client : callbackHost(callback_url);
      // The generation as the letter has it: by it the dead entry is revived.
      return message === undefined ? [] : [{ message, group }];
    });
    const stored = await queues[to].sendBatch(envelopes);
    const taken = mine.filter((_, index) => stored[index]);
    redriven.sent[to] += taken.length;
    redriven.failed += mine.length - taken.length;
    sent.push(...taken);
  }
  return sent;
}

function words(redriven: Redriven, { filter, dryRun }: Selection): string {
  const { sent, settled, left, diedAgain, failed, lookedAt, tally } = redriven;
  const rest = [
    [sent.tasks, `of them to the tasks queue: not run to their end yet`],
    [settled, dryRun ? 'to be removed: settled since' : 'removed: settled since'],
    [left, 'left: malformed, unknown to the ledger, or still going on; see dlq list'],
    [diedAgain, 'left: died once more meanwhile'],
    [failed, 'left: their queue did not take them'],
  ] as const;
  const counts = tally.counts().length === 0 ? '' : `${tally.toText()}\n\n`;
  return [
    `${counts}${dryRun ? 'Would redrive' : 'Redrove'} ${counted(sent.tasks + sent.callbacks, 'dead letter')}${inWords(filter)}; looked at ${lookedAt}.`,
    ...rest.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
  ].join('\n');
}

function report(
  { sent, settled, left, diedAgain, failed, lookedAt, tally }: Redriven,
  { dryRun }: Selection,
  letters: Letters,
  interrupted: AbortSignal,
): string {
  return JSON.stringify({
    dry_run: dryRun,
    looked_at: lookedAt,
    redriven: sent.tasks + sent.callbacks,
    to_tasks_queue: sent.tasks,
    to_callbacks_queue: sent.callbacks,
    removed_settled: settled,
    left,
    died_again: diedAgain,
    failed,
    counts: tally.counts(),
    complete: !interrupted.aborted && !letters.queue.holdsTooMany,
  });
}
