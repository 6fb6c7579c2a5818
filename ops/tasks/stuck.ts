/** Which tasks nobody drives any more. Pure. */
import { isUnsent, owedSinceMs } from '../../lambda/ledger/entry.ts';
import type { Brief } from '../entries.ts';

/**
 * Since when a task has been due, in epoch milliseconds: from then on a message or a timer drives it, if one is left.
 * Undefined for one that is settled, and for one whose client was told that it was not accepted.
 */
function dueSinceMs(entry: Brief): number | undefined {
  switch (entry.state) {
    case 'accepted':
      if (isUnsent(entry)) return undefined;
      // Work done elsewhere is waited for; its timer comes at the end of that.
      return entry.external_until_ms ?? entry.not_before_ms;
    case 'running':
      return entry.lease_expires_at_ms ?? 0;
    case 'delivering':
      return entry.next_attempt_at_ms ?? owedSinceMs(entry);
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
}

export function isStuck(entry: Brief, { nowMs, olderThanMs }: StuckAge): boolean {
  const sinceMs = dueSinceMs(entry);
  return sinceMs !== undefined && sinceMs + olderThanMs < nowMs;
}
