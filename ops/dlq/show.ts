import { UsageError } from '../../local/user-error.ts';
import { type Command, type Invocation, taskId } from '../command-line.ts';
import { readEntries } from '../entries.ts';
import { Fault } from '../fault.ts';
import { pipelineOf } from '../pipeline.ts';
import { progress } from '../progress.ts';
import { factLines, storyJson, storyText } from '../story.ts';
import type { Letter } from './letter.ts';
import { whyStopped, withLetters } from './walk-letters.ts';

export const show: Command = { takes: ['json'], ids: 'one', run: showLetters };

/** Tells a task's letters, which stay in the queue, and its story. */
async function showLetters({
  values,
  ids: [given],
  terminal,
  target: findTarget,
}: Invocation): Promise<void> {
  if (given === undefined) throw new UsageError('Which task? Give its id, as dlq list shows it.');
  const id = taskId(given);
  const target = await findTarget();
  const pipeline = pipelineOf(target);
  const entry = (await readEntries(pipeline, [id])).get(id);

  await withLetters(pipeline, terminal, async (letters) => {
    const found: Letter[] = [];
    const told = progress('looking', await letters.queue.count(), terminal, values.json === true);
    for await (const batch of letters.walk()) {
      found.push(...batch.filter(({ message }) => message?.task_id === id));
      told.advance(batch.length);
    }
    told.end();
    const stopped = whyStopped(letters, terminal);
    if (stopped !== undefined) throw new Fault(`${stopped}. The queue was not looked through to its end.`);
    if (entry === undefined && found.length === 0) {
      throw new Fault(
        `${target.name} knows no task ${id}: no dead letter names it, and the ledger does not have it (any more).`,
      );
    }
    if (values.json === true) {
      const shown = found.map((letter) => ({ message_id: letter.raw.messageId, ...facts(letter) }));
      terminal.out(JSON.stringify({ letters: shown, task: entry && storyJson(entry) }));
      return;
    }
    terminal.out(found.length === 0 ? 'no dead letter names this task' : found.map(letterText).join('\n\n'));
    if (entry !== undefined) terminal.out(`\n${storyText(entry)}`);
  });
}

function facts({ raw, message, reason, sendTo }: Letter) {
  return {
    sent_at: new Date(raw.sentAtMs).toISOString(),
    generation: message?.generation,
    reason,
    redrive_sends_to: sendTo,
  };
}

function letterText(letter: Letter): string {
  const { sent_at, generation, redrive_sends_to } = facts(letter);
  const redrive = letter.reason === 'settled' ? 'removes it' : `sends it to the ${redrive_sends_to} queue`;
  return factLines([
    ['dead letter', letter.raw.messageId],
    ['sent', sent_at],
    ['of generation', String(generation)],
    ['why', letter.reason],
    ['dlq redrive', letter.reason === 'settled' || redrive_sends_to !== undefined ? redrive : 'leaves it'],
  ]);
}
