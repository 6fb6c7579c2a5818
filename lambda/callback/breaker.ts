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
 * Only slow failures count. A host that refuses at once holds no place that another could use, and its callbacks
 * have their schedule. One is enough for a host of which the process knows nothing good; one that has been quick
 * before, as a great host with one slow customer is, must fail twice in a row.
 */
export interface Breaker {
  /** Whether an attempt at the host may be made now. Who is told so tells `record` how it went. */
  admits(host: string): boolean;
  /** @returns what other processes should hear of, where the breaker opened */
  record(host: string, attempt: { readonly failed: boolean; readonly durationMs: number }): Hang | undefined;
  /** Takes another process's word for it, unless the host was quick here: then only for two failures since. */
  hear(hang: Hang): void;
  /** Whether any host's breaker is open or half-open. */
  readonly anyOpen: boolean;
}

/** That a host hung. */
export interface Hang {
  readonly host: string;
  /** When the last of its slow failures ended, in epoch milliseconds. */
  readonly hung_at_ms: number;
  /** How many there were in a row, as far as the process that tells of it knows. */
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
 * After a slow probe, no other host is probed for so many times as long as it took: many dead hosts together may
 * hold up a process for a tenth of its time.
 */
const REST_PER_PROBE = 9;

/** A probe that was never told of has died with its invocation. */
const PROBE_LOST_AFTER_MS = 60_000;

/** Hosts of either kind that are remembered; beyond it the one that came first is forgotten. */
const MOST_HOSTS = 1_000;

interface Trouble {
  /** Slow ones in a row. */
  failures: number;
  /** Open or half-open. */
  isOpen: boolean;
  openUntilMs: number;
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
    const trouble: Trouble = { failures: 0, isOpen: false, openUntilMs: 0 };
    troubles.set(host, trouble);
    forgetOne(troubles);
    return trouble;
  };

  const open = (trouble: Trouble, sinceMs: number) => {
    const openForMs = Math.min(FIRST_OPEN_MS * 2 ** (trouble.failures - 1), LONGEST_OPEN_MS);
    trouble.isOpen = true;
    trouble.openUntilMs = Math.max(trouble.openUntilMs, sinceMs + openForMs * (1 + JITTER * random()));
    trouble.probingSinceMs = undefined;
  };

  return {
    admits(host) {
      const trouble = troubles.get(host);
      if (trouble === undefined || !trouble.isOpen) return true;
      const nowMs = now();
      if (nowMs < Math.max(trouble.openUntilMs, noProbeBeforeMs)) return false;
      const { probingSinceMs = Number.NEGATIVE_INFINITY } = trouble;
      if (nowMs - probingSinceMs < PROBE_LOST_AFTER_MS) return false;
      trouble.probingSinceMs = nowMs;
      return true;
    },

    record(host, { failed, durationMs }) {
      const nowMs = now();
      if (!failed || durationMs < SLOW_MS) {
        troubles.delete(host);
        quick.delete(host);
        quick.set(host, nowMs);
        forgetOne(quick);
        return undefined;
      }
      const trouble = troubleOf(host);
      // One that began before the breaker opened tells nothing new.
      if (trouble.isOpen && trouble.probingSinceMs === undefined) return undefined;
      trouble.failures += 1;
      const enough = quick.has(host) ? FAILURES_OF_A_QUICK_HOST : FAILURES_OF_A_STRANGER;
      if (trouble.failures < enough) return undefined;

      if (trouble.isOpen) noProbeBeforeMs = nowMs + durationMs * REST_PER_PROBE;
      open(trouble, nowMs);
      return { host, hung_at_ms: nowMs, failures: trouble.failures };
    },

    hear({ host, hung_at_ms, failures }) {
      const quickAtMs = quick.get(host);
      const isNews =
        quickAtMs === undefined || (quickAtMs < hung_at_ms && failures >= FAILURES_OF_A_QUICK_HOST);
      if (!isNews) return;
      const trouble = troubleOf(host);
      // A probe that is under way will tell more.
      if (trouble.probingSinceMs !== undefined) return;
      trouble.failures = Math.max(trouble.failures, failures);
      open(trouble, hung_at_ms);
    },

    get anyOpen() {
      return [...troubles.values()].some(({ isOpen }) => isOpen);
    },
  };
}

/** Maps keep the order in which their keys came. */
function forgetOne(hosts: Map<string, unknown>): void {
  const [first] = hosts.keys();
  if (hosts.size > MOST_HOSTS && first !== undefined) hosts.delete(first);
}
