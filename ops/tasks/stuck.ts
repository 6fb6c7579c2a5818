/** Which tasks nobody drives any more. Pure. */
import type { Brief } from '../entries.ts';

/**
 * Since when a task has been due, in epoch milliseconds: from then on a message or a timer drives it, if one is left.
 * Undefined for one that is settled.
 */
function dueSinceMs(entry: Brief, deliveryDeadlineMs: number): number | undefined {
  switch (entry.state) {
    case 'accepted':
      // Work done elsewhere is waited for; its timer comes at the end of that.
      return entry.external_until_ms ?? entry.not_before_ms;
    case 'running':
      return entry.lease_expires_at_ms ?? 0;
    case 'delivering': {
      // Without an attempt in this life: since the life began, which its deadline tells.
      const begunMs = (entry.deliver_by_ms ?? 0) - deliveryDeadlineMs;
      return entry.next_attempt_at_ms ?? Math.max(begunMs, entry.outcome?.completed_at_ms ?? 0);
    }
    case 'delivered':
    case 'completed':
    case 'dead':
      return undefined;
    default:
      entry.state satisfies never;
      // A newer version wrote it; requeue reports such entries.
      return undefined;
  }
}

export interface StuckAge {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** How long a task may be due before it counts as stuck. */
  readonly olderThanMs: number;
  /** For how long a callback is attempted, from the beginning of each of its lives. */
  readonly deliveryDeadlineMs: number;
}

export function isStuck(entry: Brief, { nowMs, olderThanMs, deliveryDeadlineMs }: StuckAge): boolean {
  const sinceMs = dueSinceMs(entry, deliveryDeadlineMs);
  return sinceMs !== undefined && sinceMs + olderThanMs < nowMs;
}
