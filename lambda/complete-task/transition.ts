import { callbackHost } from '../callback/host.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Queue } from '../queue/queue.ts';

export interface TransitionPorts {
  readonly ledger: Ledger;
  readonly callbacks: Queue;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Tells a step of a task. */
  readonly tell: (step: string, entry: Entry, fields?: object) => void;
}

export interface TransitionSettings {
  readonly deliveryDeadlineMs: number;
  readonly retentionMs: number;
}

/** No timer is set nearer than the clock can be late. */
const MENDED_AFTER_MS = 120_000;

/** A change that came so late finds its timer gone, or about to go off before anything is there to be sent. */
const TIMER_MAY_BE_GONE_AFTER_MS = 60_000;

/**
 * Makes a change from which on a callback is owed. A request has no queue message that would come back after a
 * crash, so a timer is put first: whatever dies after the write, the callback is sent by the clock.
 *
 * @param change the conditional write; false where the entry had moved on
 * @param generation the life of the callback that the change begins or goes on with
 * @returns false where the change did not go through
 */
export async function oweCallback(
  { task_id, callback_url }: Entry,
  generation: number,
  { ledger, callbacks, now }: TransitionPorts,
  change: () => Promise<boolean>,
): Promise<boolean> {
  if (callback_url === undefined) return await change();
  const group = callbackHost(callback_url);
  const putTimer = () =>
    ledger.putTimer({ at_ms: now() + MENDED_AFTER_MS, queue: 'callbacks', task_id, generation, group });
  const startedAtMs = now();
  await putTimer();
  if (!(await change())) return false;
  // An operator's machine may have slept in between.
  if (now() - startedAtMs > TIMER_MAY_BE_GONE_AFTER_MS) await putTimer();
  await callbacks.send({ message: { task_id, generation }, group });
  return true;
}
