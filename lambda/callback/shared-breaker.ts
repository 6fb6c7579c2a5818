import type { Breaker, Hang } from './breaker.ts';

/** A breaker that may have to ask or tell others. */
export interface SharedBreaker {
  /** Whether an attempt at the host may be made now. Who is told so tells `record` how it went. */
  admits(host: string): Promise<boolean>;
  record(host: string, attempt: { readonly failed: boolean; readonly durationMs: number }): Promise<void>;
}

/** Where processes tell one another of hosts that hang. */
export interface HangBoard {
  tellHang(hang: Hang): Promise<void>;
  /** Those told of at that time or later. */
  hangsSince(ms: number): Promise<readonly Hang[]>;
}

export interface SharedBreakerPorts {
  readonly breaker: Breaker;
  readonly board: HangBoard;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Hears what went wrong with the board: a process then goes by what it has seen itself. */
  readonly onFault: (error: unknown) => void;
}

/** A process asks no more often than this. */
export const ASK_AGAIN_AFTER_MS = 10_000;

/** Nobody waits longer for an answer than this: one that never comes must not hold up the process for good. */
const WAITED_FOR_MS = 5_000;

/** A host that still hangs is told of again with each probe; word older than this is no news. */
export const NEWS_MS = 600_000;

/**
 * Lets processes learn from each other which hosts hang, so that not each of them must find out by hanging itself.
 *
 * It costs the healthy nothing: a process asks when it starts, and from then on only while a breaker of its own is
 * open; it tells when one opens, and when one closes again.
 */
export function sharedBreaker({ breaker, board, now, onFault }: SharedBreakerPorts): SharedBreaker {
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const ask = async () => {
    try {
      for (const hang of await board.hangsSince(now() - NEWS_MS)) breaker.hear(hang);
    } catch (error) {
      onFault(error);
    } finally {
      asking = undefined;
    }
  };

  return {
    async admits(host) {
      const neverAsked = askedAtMs === Number.NEGATIVE_INFINITY;
      if (neverAsked || (now() - askedAtMs >= ASK_AGAIN_AFTER_MS && breaker.anyOpen)) {
        askedAtMs = now();
        asking = ask();
      }
      // Its neighbours in the batch wait for the same answer.
      if (now() - askedAtMs < WAITED_FOR_MS) await asking;
      return breaker.admits(host);
    },

    async record(host, attempt) {
      const hang = breaker.record(host, attempt);
      if (hang !== undefined) await board.tellHang(hang).catch(onFault);
    },
  };
}
