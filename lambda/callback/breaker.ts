/**
 * Keeps a host that hangs from eating the concurrency of those that are well. One breaker a process: what a process
 * has seen of a host costs nothing to know, and every process sees enough of a host that matters.
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
  record(host: string, attempt: { readonly failed: boolean; readonly durationMs: number }): void;
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

/** How long a breaker stays open the first time; it doubles with each probe that fails. */
const FIRST_OPEN_MS = 30_000;
const LONGEST_OPEN_MS = 300_000;

/** Each open time is lengthened by up to this share, so that processes do not probe at the same moment. */
const JITTER = 0.2;

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
  slowFailures: number;
  /** 0 while the breaker is closed. */
  openForMs: number;
  openUntilMs: number;
  probingSinceMs?: number | undefined;
}

export function hostBreaker({ now, random }: BreakerPorts): Breaker {
  const hosts = new Map<string, Trouble>();
  const quick = new Set<string>();
  let noProbeBeforeMs = 0;

  const open = (trouble: Trouble) => {
    trouble.openForMs = Math.min(trouble.openForMs * 2 || FIRST_OPEN_MS, LONGEST_OPEN_MS);
    trouble.openUntilMs = now() + trouble.openForMs * (1 + JITTER * random());
    trouble.probingSinceMs = undefined;
  };

  return {
    admits(host) {
      const trouble = hosts.get(host);
      if (trouble === undefined || trouble.openForMs === 0) return true;
      const nowMs = now();
      if (nowMs < Math.max(trouble.openUntilMs, noProbeBeforeMs)) return false;
      const { probingSinceMs = Number.NEGATIVE_INFINITY } = trouble;
      if (nowMs - probingSinceMs < PROBE_LOST_AFTER_MS) return false;
      trouble.probingSinceMs = nowMs;
      return true;
    },

    record(host, { failed, durationMs }) {
      if (!failed || durationMs < SLOW_MS) {
        hosts.delete(host);
        quick.add(host);
        forgetOne(quick);
        return;
      }
      const trouble = hosts.get(host) ?? { slowFailures: 0, openForMs: 0, openUntilMs: 0 };
      hosts.set(host, trouble);
      forgetOne(hosts);

      trouble.slowFailures += 1;
      if (trouble.openForMs === 0) {
        const enough = quick.has(host) ? FAILURES_OF_A_QUICK_HOST : FAILURES_OF_A_STRANGER;
        if (trouble.slowFailures >= enough) open(trouble);
      } else if (trouble.probingSinceMs !== undefined) {
        noProbeBeforeMs = now() + durationMs * REST_PER_PROBE;
        open(trouble);
      }
      // Else it began before the breaker opened, and tells nothing new.
    },
  };
}

/** Sets and maps keep the order in which their keys came. */
function forgetOne(hosts: Set<string> | Map<string, unknown>): void {
  const [first] = hosts.keys();
  if (hosts.size > MOST_HOSTS && first !== undefined) hosts.delete(first);
}
