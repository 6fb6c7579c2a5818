/**
 * Keeps a host that hangs from eating the concurrency of those that are well: what one process knows of its hosts.
 *
 * ```
 *             slow failures in a row                         its time is up
 *   closed ────────────────────────────▶ open ─────────────────────────────────▶ half-open: one probe at a time
 *      ▲                                  ▲                                          │        │
 *      │                                  └── the probe failed slowly: twice as long ┘        │
 *      └───────────────────── the probe was answered, or failed fast ─────────────────────────┘
 * ```
 *
 * A host that nobody has probed for long after its time was up is closed again.
 *
 * Only slow failures count. A host that refuses at once holds no place that another could use, and its callbacks
 * have their schedule. One is enough for a host of which the process knows nothing good; one that has been quick
 * before, as a great host with one slow customer is, must fail twice in a row.
 */
export interface Breaker {
  /** Whether an attempt at the host may be made now. Who is told so tells `record` how it went. */
  admits(host: string): boolean;
  /** @returns what other processes should hear of, where the breaker opened or closed */
  record(host: string, attempt: { readonly failed: boolean; readonly durationMs: number }): Hang | undefined;
  /** Takes another process's word for it, unless the host was quick here: then only for two failures since. */
  hear(hang: Hang): void;
  /** Whether any host's breaker is open or half-open. */
  readonly anyOpen: boolean;
}

/** That a host hung, or is well again. */
export interface Hang {
  readonly host: string;
  /** When the attempt that tells it ended, in epoch milliseconds. */
  readonly at_ms: number;
  /** Slow failures in a row, as far as the process knows that tells of it; 0: it is well again. */
  readonly failures: number;
}

export interface BreakerPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** A failed attempt that took this long counts. */
const SLOW_MS = 2_000;

const FAILURES_OF_A_STRANGER = 1;
const FAILURES_OF_A_QUICK_HOST = 2;

/** A breaker stays open for so long after one slow failure; it doubles with each further one in a row. */
const FIRST_OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 300_000;

/**
 * Each open time is lengthened by up to this share of it. So much, that few processes probe before they have heard
 * how the first one's probe went.
 */
const JITTER = 1;

/**
 * After a slow probe, no host is probed for so many times as long as it took: many dead hosts together may hold up a
 * process for a tenth of its time. With a quarter, live callbacks felt a hundred of them.
 */
const REST_PER_PROBE = 9;

/** A probe that was never told of has died with its invocation. */
const PROBE_LOST_AFTER_MS = 60_000;

/**
 * So long after its breaker's time is up a host may wait for its probe; then it is as if nothing was known of it. The
 * more hosts are in trouble, the longer, for each that is forgotten may cost one attempt that hangs.
 */
const SHORTEST_MEMORY_MS = 600_000;
const MEMORY_PER_HOST_MS = 150_000;

/** Hosts of either kind that are remembered; beyond it the one that came first is forgotten. */
const MOST_HOSTS = 1_000;

interface Trouble {
  /** Slow ones in a row. */
  failures: number;
  /** 0 while the breaker is closed; past it, it is half-open. */
  openUntilMs: number;
  /** When the newest that is known of it ended. */
  newestMs: number;
  probingSinceMs?: number | undefined;
}

export function hostBreaker({ now, random }: BreakerPorts): Breaker {
  const troubles = new Map<string, Trouble>();
  /** When each host was last quick. */
  const quick = new Map<string, number>();
  let noProbeBeforeMs = 0;

  const troubleOf = (host: string): Trouble => {
    const known = troubles.get(host);
    if (known !== undefined) return known;
    const trouble: Trouble = { failures: 0, openUntilMs: 0, newestMs: 0 };
    troubles.set(host, trouble);
    forgetOne(troubles);
    return trouble;
  };

  const isForgotten = ({ openUntilMs }: Trouble, nowMs: number) =>
    nowMs >= openUntilMs + Math.max(SHORTEST_MEMORY_MS, troubles.size * MEMORY_PER_HOST_MS);

  const open = (trouble: Trouble, sinceMs: number) => {
    const openForMs = Math.min(FIRST_OPEN_MS * 2 ** (trouble.failures - 1), LONGEST_OPEN_MS);
    trouble.newestMs = sinceMs;
    trouble.openUntilMs = Math.max(trouble.openUntilMs, sinceMs + openForMs * (1 + JITTER * random()));
    trouble.probingSinceMs = undefined;
  };

  return {
    admits(host) {
      const trouble = troubles.get(host);
      if (!isOpen(trouble)) return true;
      const nowMs = now();
      if (isForgotten(trouble, nowMs)) {
        troubles.delete(host);
        return true;
      }
      if (nowMs < Math.max(trouble.openUntilMs, noProbeBeforeMs)) return false;
      const { probingSinceMs = Number.NEGATIVE_INFINITY } = trouble;
      if (nowMs - probingSinceMs < PROBE_LOST_AFTER_MS) return false;
      trouble.probingSinceMs = nowMs;
      return true;
    },

    record(host, { failed, durationMs }) {
      const nowMs = now();
      if (!failed || durationMs < SLOW_MS) {
        const wasOpen = isOpen(troubles.get(host));
        troubles.delete(host);
        quick.delete(host);
        quick.set(host, nowMs);
        forgetOne(quick);
        return wasOpen ? { host, at_ms: nowMs, failures: 0 } : undefined;
      }
      const trouble = troubleOf(host);
      // One that began before the breaker opened tells nothing new.
      if (isOpen(trouble) && trouble.probingSinceMs === undefined) return undefined;
      trouble.failures += 1;
      const enough = quick.has(host) ? FAILURES_OF_A_QUICK_HOST : FAILURES_OF_A_STRANGER;
      if (trouble.failures < enough) return undefined;

      if (isOpen(trouble)) noProbeBeforeMs = nowMs + durationMs * REST_PER_PROBE;
      open(trouble, nowMs);
      return { host, at_ms: nowMs, failures: trouble.failures };
    },

    hear({ host, at_ms, failures }) {
      const known = troubles.get(host);
      // Heard before, or older than what is known here.
      if (known !== undefined && at_ms <= known.newestMs) return;
      if (failures === 0) {
        troubles.delete(host);
        return;
      }
      const quickAtMs = quick.get(host);
      const isNews = quickAtMs === undefined || (quickAtMs < at_ms && failures >= FAILURES_OF_A_QUICK_HOST);
      // A probe that is under way will tell more.
      if (!isNews || known?.probingSinceMs !== undefined) return;
      const trouble = troubleOf(host);
      trouble.failures = Math.max(trouble.failures, failures);
      // Clocks differ: a word from the future must not keep a host waiting for it.
      open(trouble, Math.min(at_ms, now()));
    },

    get anyOpen() {
      const nowMs = now();
      return [...troubles.values()].some((trouble) => isOpen(trouble) && !isForgotten(trouble, nowMs));
    },
  };
}

/** Open or half-open. */
function isOpen(trouble: Trouble | undefined): trouble is Trouble {
  return trouble !== undefined && trouble.openUntilMs > 0;
}

/** Maps keep the order in which their keys came. */
function forgetOne(hosts: Map<string, unknown>): void {
  const [first] = hosts.keys();
  if (hosts.size > MOST_HOSTS && first !== undefined) hosts.delete(first);
}
