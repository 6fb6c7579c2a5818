import { readEntries } from '../entries.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Terminal } from '../terminal.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { type Letter, letterOf, messageOf } from './letter.ts';

/** The dead-letter queue with what the ledger knows of its letters. */
export interface Letters {
  readonly queue: DeadLetterQueue;
  /** Every letter once, up to ten at a time. */
  walk(): AsyncGenerator<readonly Letter[]>;
}

/** Opens the queue for a command; whatever comes of that, letters that it has not deleted are visible again after. */
export async function withLetters<T>(
  pipeline: Pipeline,
  { interrupted }: Pick<Terminal, 'interrupted'>,
  use: (letters: Letters) => Promise<T>,
): Promise<T> {
  const queue = new DeadLetterQueue(pipeline.sqs, pipeline.deadLettersUrl, interrupted);
  async function* walk(): AsyncGenerator<readonly Letter[]> {
    for await (const batch of queue.walk()) {
      const messages = batch.map(messageOf);
      const ids = messages.flatMap((message) => (message === undefined ? [] : [message.task_id]));
      const entries = await readEntries(pipeline, ids);
      yield batch.map((raw, index) => letterOf(raw, entries.get(messages[index]?.task_id ?? '')));
    }
  }
  try {
    return await use({ queue, walk });
  } finally {
    await queue.letGo();
  }
}

/** What a walk that stopped short must tell; undefined for one that met every letter. */
export function whyStopped(
  { queue }: Letters,
  { interrupted }: Pick<Terminal, 'interrupted'>,
): string | undefined {
  if (interrupted.aborted) return 'Interrupted';
  if (!queue.holdsTooMany) return undefined;
  return 'Stopped: 100,000 letters that are not to be handled are held back already, and SQS hands out no more at a time. Handle or purge some of those first';
}
