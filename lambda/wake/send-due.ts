import { chunks } from '../chunks.ts';
import { MAX_MESSAGE_DELAY_SECONDS, MESSAGES_PER_REQUEST } from '../contract/limits.ts';
import { SHARDS } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Timer } from '../ledger/timer.ts';
import type { Queue } from '../queue/queue.ts';

export interface WakePorts {
  readonly ledger: Ledger;
  readonly queues: Readonly<Record<Timer['queue'], Queue>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Hears of sends that failed; their timers stay for the next minute. */
  readonly onFault: (error: unknown) => void;
}

export interface Woken {
  readonly sent: number;
  /** Timers that were seen and could not be sent; they stay. */
  readonly failed: number;
  /** Shards whose timers could not all be read. */
  readonly unreadShards: number;
}

/** Whatever is due before the next call, a minute later, is sent now with what is left as its delay. */
const LOOK_AHEAD_MS = 60_000;

/** Shards are worked through side by side, and so many batches of each: enough to send 1,000 timers a second. */
const BATCHES_AT_ONCE = 4;

/**
 * Sends a message for every timer that is due, then deletes the timers that were sent. A crash in between sends
 * them again, which the ledger makes harmless; a failed send keeps its timer.
 *
 * @param endsAtMs no page is begun after this time; what is left is found by the next call
 */
export async function sendDue(ports: WakePorts, endsAtMs: number): Promise<Woken> {
  const untilMs = ports.now() + LOOK_AHEAD_MS;
  const woken = { sent: 0, failed: 0, unreadShards: 0 };
  await Promise.all(
    Array.from({ length: SHARDS }, async (_, shard) => {
      try {
        await sendShard(shard, untilMs, endsAtMs, ports, woken);
      } catch (error) {
        woken.unreadShards += 1;
        ports.onFault(error);
      }
    }),
  );
  return woken;
}

/** Adds to the counts as it goes, so that they tell what was done before a page could not be read. */
async function sendShard(
  shard: number,
  untilMs: number,
  endsAtMs: number,
  ports: WakePorts,
  woken: { sent: number; failed: number },
): Promise<void> {
  for await (const page of ports.ledger.dueTimers(shard, untilMs)) {
    const batches = chunks(page, MESSAGES_PER_REQUEST);
    for (const group of chunks(batches, BATCHES_AT_ONCE)) {
      if (ports.now() >= endsAtMs) return;
      const sent = sum(await Promise.all(group.map((batch) => sendBatch(batch, ports))));
      woken.sent += sent;
      woken.failed += group.flat().length - sent;
    }
  }
}

/** @returns how many of the timers were sent */
async function sendBatch(timers: readonly Timer[], ports: WakePorts): Promise<number> {
  const { ledger, queues, now, onFault } = ports;
  const sent: Timer[] = [];
  for (const [name, queue] of Object.entries(queues)) {
    const mine = timers.filter((timer) => timer.queue === name);
    const envelopes = mine.map(({ at_ms, task_id, generation, group }) => ({
      message: { task_id, generation },
      delaySeconds: delaySeconds(at_ms, now()),
      group,
    }));
    try {
      const stored = await queue.sendBatch(envelopes);
      sent.push(...mine.filter((_, index) => stored[index]));
    } catch (error) {
      onFault(error);
    }
  }
  try {
    await ledger.deleteTimers(sent);
  } catch (error) {
    onFault(error);
  }
  return sent.length;
}

/** Rounded up: the clocks of two functions differ, and a message that comes early has to wait again. */
function delaySeconds(atMs: number, nowMs: number): number {
  return Math.min(Math.max(0, Math.ceil((atMs - nowMs) / 1000)), MAX_MESSAGE_DELAY_SECONDS);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
