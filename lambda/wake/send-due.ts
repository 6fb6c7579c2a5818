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
  /** Shards with due timers for which no time was left; the next call finds them. */
  readonly shardsLeft: number;
  /** By how many seconds the oldest timer is overdue that was seen and not sent; 0 if none is overdue. */
  readonly oldestOverdueSeconds: number;
}

/** Counts as the shards are worked through. */
interface Progress {
  sent: number;
  failed: number;
  unreadShards: number;
  shardsLeft: number;
  /** When the oldest timer was due that was seen and not sent, in epoch milliseconds. */
  oldestLeftAtMs: number;
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
  const progress: Progress = {
    sent: 0,
    failed: 0,
    unreadShards: 0,
    shardsLeft: 0,
    oldestLeftAtMs: Number.POSITIVE_INFINITY,
  };
  await Promise.all(
    Array.from({ length: SHARDS }, async (_, shard) => {
      try {
        await sendShard(shard, untilMs, endsAtMs, ports, progress);
      } catch (error) {
        progress.unreadShards += 1;
        ports.onFault(error);
      }
    }),
  );
  const { oldestLeftAtMs, ...counts } = progress;
  return { ...counts, oldestOverdueSeconds: Math.max(0, Math.ceil((ports.now() - oldestLeftAtMs) / 1000)) };
}

/** Adds to the counts as it goes, so that they tell what was done before a page could not be read. */
async function sendShard(
  shard: number,
  untilMs: number,
  endsAtMs: number,
  ports: WakePorts,
  progress: Progress,
): Promise<void> {
  for await (const page of ports.ledger.dueTimers(shard, untilMs)) {
    const batches = chunks(page, MESSAGES_PER_REQUEST);
    for (const group of chunks(batches, BATCHES_AT_ONCE)) {
      const timers = group.flat();
      if (ports.now() >= endsAtMs) {
        progress.shardsLeft += 1;
        noteLeft(timers, progress);
        return;
      }
      const sent = new Set((await Promise.all(group.map((batch) => sendBatch(batch, ports)))).flat());
      progress.sent += sent.size;
      progress.failed += timers.length - sent.size;
      noteLeft(
        timers.filter((timer) => !sent.has(timer)),
        progress,
      );
    }
  }
}

function noteLeft(timers: readonly Timer[], progress: Progress): void {
  for (const { at_ms } of timers) progress.oldestLeftAtMs = Math.min(progress.oldestLeftAtMs, at_ms);
}

/** @returns those of the timers that were sent */
async function sendBatch(timers: readonly Timer[], ports: WakePorts): Promise<Timer[]> {
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
  return sent;
}

/** Rounded up: the clocks of two functions differ, and a message that comes early has to wait again. */
function delaySeconds(atMs: number, nowMs: number): number {
  return Math.min(Math.max(0, Math.ceil((atMs - nowMs) / 1000)), MAX_MESSAGE_DELAY_SECONDS);
}
