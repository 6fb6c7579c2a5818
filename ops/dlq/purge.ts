import { type Command, type Invocation, limitOf, rateOf } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { Fault } from '../fault.ts';
import { type Filter, filterFrom, inWords, matches } from '../filters.ts';
import { type Pace, pace } from '../pace.ts';
import { type Pipeline, pipelineOf } from '../pipeline.ts';
import { type Progress, progress } from '../progress.ts';
import { Tally } from '../tally.ts';
import { counted } from '../terminal.ts';
import { LETTER_REASONS, type Letter } from './letter.ts';
import { type Letters, whyStopped, withLetters } from './walk-letters.ts';

export const purge: Command = {
  takes: ['host', 'task', 'reason', 'since', 'limit', 'rate', 'dry-run', 'yes', 'json'],
  run: purgeLetters,
};

/** What has been done so far. */
interface Purged {
  lookedAt: number;
  count: number;
  /** Chosen, and left: their tasks are not finished. */
  kept: number;
  readonly tally: Tally;
}

interface Selection {
  readonly filter: Filter;
  readonly limit: number;
  readonly dryRun: boolean;
}

/** Deletes letters, and takes their tasks off the list of the dead. */
async function purgeLetters({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const filter = filterFrom(values, LETTER_REASONS, Date.now());
  const selection = { filter, limit: limitOf(values), dryRun: values['dry-run'] === true };
  const paced = pace(rateOf(values), terminal.interrupted);
  const json = values.json === true;
  const target = await findTarget();
  const pipeline = pipelineOf(target);

  await withLetters(pipeline, terminal, async (letters) => {
    const total = await letters.queue.count();
    if (!selection.dryRun) {
      const consequence = `Dead letters${inWords(filter)} of ${target.name}, of about ${total} in all, are deleted. Their tasks stay dead and can be replayed by their ids until they expire, but the list of the dead shows them no more.`;
      await confirmed(consequence, 'Purge?', values, terminal, purge);
    }
    const purged: Purged = { lookedAt: 0, count: 0, kept: 0, tally: new Tally() };
    const told = progress(selection.dryRun ? 'looking' : 'purging', total, terminal, json);
    try {
      await purgeAll(letters, selection, pipeline, paced, told, purged);
    } finally {
      // Also where it broke off: what is deleted is deleted.
      told.end();
      terminal.out(json ? report(purged, selection) : words(purged, selection));
    }
    const stopped = whyStopped(letters, terminal);
    if (stopped !== undefined) throw new Fault(`${stopped}. What is not purged is back in the queue.`);
  });
}

async function purgeAll(
  letters: Letters,
  { filter, limit, dryRun }: Selection,
  pipeline: Pipeline,
  paced: Pace,
  told: Progress,
  purged: Purged,
): Promise<void> {
  for await (const batch of letters.walk()) {
    purged.lookedAt += batch.length;
    const chosen = batch.filter((letter) => matches(filter, letter));
    const finished = chosen.filter(isFinished).slice(0, limit - purged.count);
    if (!dryRun) {
      if (!(await paced(finished.length))) return;
      // The row first: what dies in between leaves the letter, which can be purged again.
      await Promise.all(finished.map((letter) => unlist(letter, pipeline)));
      await letters.queue.delete(finished.map(({ raw }) => raw));
    }
    for (const letter of finished) purged.tally.add(letter);
    purged.kept += chosen.filter((letter) => !isFinished(letter)).length;
    purged.count += finished.length;
    told.advance(batch.length);
    if (purged.count >= limit) return;
  }
}

/** Whether nothing is lost with the letter: its task is settled or dead in the ledger, or none of ours. */
function isFinished({ reason }: Letter): boolean {
  switch (reason) {
    case 'deadline-passed':
    case 'gone':
    case 'url-refused':
    case 'settled':
    case 'unknown-task':
    case 'malformed':
      return true;
    case 'receives-exhausted':
    case 'not-dead-yet':
    case 'unknown-state':
      return false;
    default:
      reason satisfies never;
      return false;
  }
}

/** Without its row the local stack does not put the letter back when it starts anew. */
async function unlist({ reason, entry }: Letter, { ledger }: Pipeline): Promise<void> {
  if (reason === 'settled' || entry?.dead_at_ms === undefined) return;
  await ledger.unlistDead(entry.task_id, entry.dead_at_ms);
}

function words({ lookedAt, count, kept, tally }: Purged, { filter, dryRun }: Selection): string {
  return [
    ...(count > 0 ? [`${tally.toText()}\n`] : []),
    `${dryRun ? 'Would purge' : 'Purged'} ${counted(count, 'dead letter')}${inWords(filter)}; looked at ${lookedAt}.`,
    ...(kept > 0
      ? [
          `  ${kept} kept: their tasks are not finished, and the letter may be all that drives them; redrive these`,
        ]
      : []),
  ].join('\n');
}

function report({ lookedAt, count, kept, tally }: Purged, { dryRun }: Selection): string {
  return JSON.stringify({
    dry_run: dryRun,
    looked_at: lookedAt,
    purged: count,
    kept_unfinished: kept,
    counts: tally.counts(),
  });
}
