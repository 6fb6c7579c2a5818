import type { Command, Invocation } from '../command-line.ts';
import { limitOf } from '../command-line.ts';
import { roughly } from '../duration.ts';
import { type Filter, filterFrom, inWords, matches } from '../filters.ts';
import { pipelineOf } from '../pipeline.ts';
import { progress } from '../progress.ts';
import { table } from '../table.ts';
import { Tally } from '../tally.ts';
import { counted } from '../terminal.ts';
import { LETTER_REASONS, type Letter, WHAT_REASONS_MEAN } from './letter.ts';
import { type Letters, whyStopped, withLetters } from './walk-letters.ts';

export const list: Command = {
  takes: ['host', 'task', 'reason', 'since', 'limit', 'json'],
  run: listLetters,
};

const SHOWN_BY_DEFAULT = 100;

/** Shows letters and leaves them in the queue. */
async function listLetters({ values, terminal, target: findTarget }: Invocation): Promise<void> {
  const nowMs = Date.now();
  const filter = filterFrom(values, LETTER_REASONS, nowMs);
  const limit = limitOf(values, SHOWN_BY_DEFAULT);
  const target = await findTarget();

  await withLetters(pipelineOf(target), terminal, async (letters) => {
    const told = progress('looking', await letters.queue.count(), terminal, values.json === true);
    const { shown, lookedAt, total } = await findLetters(letters, filter, limit, (count) =>
      told.advance(count),
    );
    told.end();
    const tally = new Tally();
    for (const letter of shown) tally.add(letter);

    if (values.json === true) {
      terminal.out(
        JSON.stringify({
          letters: shown.map(letterJson),
          counts: tally.counts(),
          looked_at: lookedAt,
          total_approximately: total,
        }),
      );
      return;
    }
    if (shown.length > 0) terminal.out(`${letterTable(shown, nowMs)}\n\n${tally.toText()}\n`);
    const more = lookedAt < total ? `; looked at ${lookedAt}. --limit 0 looks at all` : '';
    terminal.out(
      `${counted(shown.length, 'dead letter')}${inWords(filter)}, of about ${total} in ${target.name}${more}.`,
    );
    for (const note of notes(shown)) terminal.out(note);
    const stopped = whyStopped(letters, terminal);
    if (stopped !== undefined) terminal.err(`${stopped}.`);
  });
}

/** Letters that a filter names, the longest dead first, with how many were looked at and how many there are, about. */
export async function findLetters(
  letters: Letters,
  filter: Filter,
  limit: number,
  advance: (count: number) => void = () => {},
): Promise<{ shown: Letter[]; lookedAt: number; total: number }> {
  const shown: Letter[] = [];
  let lookedAt = 0;
  for await (const batch of letters.walk()) {
    lookedAt += batch.length;
    advance(batch.length);
    shown.push(...batch.filter((letter) => matches(filter, letter)));
    if (shown.length >= limit) break;
  }
  shown.splice(limit);
  shown.sort((a, b) => a.atMs - b.atMs);
  // After the walk, in which the local stack's engine brings its counts up to date.
  return { shown, lookedAt, total: Math.max(await letters.queue.count(), lookedAt) };
}

function letterTable(letters: readonly Letter[], nowMs: number): string {
  return table(
    [
      { heading: 'TASK ID' },
      { heading: 'AGE', align: 'right' },
      { heading: 'TASK', shrinks: true },
      { heading: 'HOST', shrinks: true },
      { heading: 'REASON' },
      { heading: 'TRIES', align: 'right' },
    ],
    letters.map(({ raw, message, entry, atMs, taskName = '-', host = '-', reason }) => [
      message?.task_id ?? `(message ${raw.messageId.slice(0, 8)}…)`,
      roughly(nowMs - atMs),
      taskName,
      host,
      reason,
      String(entry?.attempt_count ?? raw.attributes.attempts ?? '-'),
    ]),
  );
}

function letterJson({ raw, message, entry, atMs, taskName, host, reason }: Letter): object {
  return {
    message_id: raw.messageId,
    task_id: message?.task_id,
    generation: message?.generation,
    task_name: taskName,
    host,
    reason,
    since: new Date(atMs).toISOString(),
    attempts: entry?.attempt_count,
  };
}

function notes(letters: readonly Letter[]): string[] {
  return Object.entries(WHAT_REASONS_MEAN).flatMap(([reason, meaning]) => {
    const count = letters.filter((letter) => letter.reason === reason).length;
    return count === 0 ? [] : [`${count} × ${reason}: ${meaning}.`];
  });
}
