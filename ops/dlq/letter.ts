/** What a dead letter is, by the ledger: decided by the same rule that the stages decide by. */
import { callbackHost } from '../../lambda/callback/host.ts';
import { DEAD_REASONS, isState } from '../../lambda/contract/states.ts';
import { type Entry, nextDeliverStep } from '../../lambda/ledger/entry.ts';
import { type Message, parseMessage } from '../../lambda/queue/message.ts';
import type { Subject } from '../filters.ts';
import type { RawLetter } from './dead-letter-queue.ts';

/**
 * Why a letter lies in the queue: why the callback was given up, or
 *
 * - `receives-exhausted`: SQS moved it, for its stage had failed at it too often; its task is not finished
 * - `settled`: its task has been settled since, or replayed
 * - `not-dead-yet`: its stage was interrupted while it gave up; the task goes on, and dies again if need be
 * - `unknown-state`: this version does not know the state of its task, which a newer one wrote
 * - `unknown-task`: the ledger has no such task, or none any more
 * - `malformed`: it is not one of ours
 */
export const LETTER_REASONS = [
  ...DEAD_REASONS,
  'receives-exhausted',
  'settled',
  'not-dead-yet',
  'unknown-state',
  'unknown-task',
  'malformed',
] as const;

export interface Letter extends Subject {
  readonly raw: RawLetter;
  readonly reason: (typeof LETTER_REASONS)[number];
  /** What it says; undefined where it cannot be read. */
  readonly message: Message | undefined;
  readonly entry: Entry | undefined;
  /** Where a redrive sends it; undefined where there is nothing to send. */
  readonly sendTo: 'tasks' | 'callbacks' | undefined;
}

/** What a letter says; undefined where it is malformed. */
export function messageOf({ body }: RawLetter): Message | undefined {
  try {
    return parseMessage(body);
  } catch {
    return undefined;
  }
}

/** @param entry of the task that the letter names; undefined where the ledger has none */
export function letterOf(raw: RawLetter, entry: Entry | undefined): Letter {
  const message = messageOf(raw);
  const { attributes, sentAtMs } = raw;
  const letter = {
    raw,
    message,
    entry,
    sendTo: undefined,
    host: entry?.callback_url === undefined ? attributes.callback_host : callbackHost(entry.callback_url),
    taskName: entry?.task_name ?? attributes.task_name,
    atMs: sentAtMs,
  };
  if (message === undefined) return { ...letter, reason: 'malformed' };
  if (entry === undefined) return { ...letter, reason: 'unknown-task' };
  if (!isState(entry.state)) return { ...letter, reason: 'unknown-state' };
  // When an attempt is due plays no part: whoever gets the message waits.
  const step = nextDeliverStep(entry, message, 0);
  switch (step.do) {
    case 'acknowledge':
      return { ...letter, reason: 'settled' };
    case 'put-back':
      return { ...letter, reason: 'not-dead-yet' };
    case 'forward':
      return { ...letter, reason: 'receives-exhausted', sendTo: step.to };
    case 'post':
    case 'wait':
      return { ...letter, reason: 'receives-exhausted', sendTo: 'callbacks' };
    case 'revive':
      return {
        ...letter,
        reason: entry.dead_reason ?? 'deadline-passed',
        atMs: entry.dead_at_ms ?? sentAtMs,
        sendTo: 'callbacks',
      };
  }
}

/** What people should know of the letters with that reason. */
export const WHAT_REASONS_MEAN: Partial<Record<Letter['reason'], string>> = {
  'receives-exhausted':
    'their stage failed at them too often (see its log); dlq redrive sends them again to where they belong',
  settled: 'their tasks have been settled or replayed since; dlq redrive removes them',
  'not-dead-yet': 'their tasks still go on; dlq redrive leaves them',
  'unknown-state': 'a newer version wrote their state; use its ops. dlq redrive and dlq purge leave them',
  'unknown-task': 'the ledger has no such tasks (any more); dlq redrive leaves them, dlq purge deletes them',
  malformed: 'they are not ours; dlq redrive leaves them, dlq purge deletes them',
};
