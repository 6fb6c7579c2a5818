/**
 * What the simulation takes for granted of AWS and of the world. What the product itself decides (waits, rooms,
 * the breaker, the schedule) is not here: that is the production code, called as it is.
 *
 * Sources are AWS's own pages as of November 2026 unless another is named; figures without a source are choices.
 */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;

/** What is owed to dead hosts: it arrives evenly, round the hosts in turn, and no host ever recovers. */
export const DEAD = {
  perSecond: 100,
  /** A host that refuses answers within so many milliseconds. */
  refusesWithinMs: { min: 1, max: 5 },
  /** A host that hangs costs the whole attempt: the longest that one may take by default. */
  hangsForMs: 15_000,
} as const;

/** Callbacks to healthy hosts, at random times (Poisson); all are answered 2xx at the first attempt. */
export const LIVE = {
  perSecond: 50,
  hosts: 200,
  /** Time to answer: lognormal with this median and p99, cut off at `longestMs`. */
  medianMs: 150,
  p99Ms: 1_500,
  longestMs: 14_000,
} as const;

/** The SQS quotas page: in-flight messages of a standard queue. */
export const IN_FLIGHT_PLACES = 120_000;

/** As the stack sets the function up (lib/callback-completion.ts). */
export const DELIVER = {
  batchSize: 10,
  maxReceiveCount: 10,
  memoryGb: 0.25,
  /** Lambda gives one vCPU for each 1,769 MB. */
  cpuShare: 256 / 1_769,
  /** Lambda replaces a process after some hours; it does not tell when. Here after this long, ±10 %. */
  processLivesMs: 2 * HOUR_MS,
  coldStartMs: 400,
} as const;

/** How long a call takes on the network, in milliseconds. */
export const LATENCY = {
  /** From a message being receivable to its handler being called: ReceiveMessage and Invoke. */
  receiveMs: 15,
  ledgerReadMs: 4,
  ledgerWriteMs: 6,
  sqsCallMs: 8,
  /** From the handler's end to its messages being deleted. */
  deleteMs: 8,
} as const;

/**
 * CPU time of one whole vCPU, in milliseconds. Measured on this code's own libraries: an SDK call 0.6, a POST over
 * `node:https` 0.1. A TLS handshake about 1.5: live callbacks are so far apart that none finds its connection open.
 * A function of 256 MB has a seventh of a vCPU, hence takes seven times as long.
 */
export const CPU = {
  sdkCallMs: 0.6,
  postMs: 0.1,
  handshakeMs: 1.5,
  /** Parsing, signing, logging. */
  itemMs: 0.1,
} as const;

/**
 * Pollers of the event source mapping: each waits for messages (long poll), invokes the function with what it got,
 * deletes, and waits again. Lambda does not tell how many it runs; here always as many as `deliverConcurrency`, each
 * with a process of its own, and who has waited longest receives next. That is the dear case: the least full batches,
 * and all breakers learn for themselves.
 */
export const LONG_POLL_MS = 20_000;

/** lambda/wake: every minute; what is due in the next minute is sent. */
export const WAKE = {
  everyMs: MINUTE_MS,
  lookAheadMs: MINUTE_MS,
  /** As many as its code is made for (`BATCHES_AT_ONCE` in lambda/wake/send-due.ts), over all shards. */
  timersPerSecond: 1_000,
  shards: 8,
  batchSize: 10,
  /** No page is begun after it: its 60 s less the reserve. */
  worksForMs: 55_000,
  memoryGb: 0.5,
  /** A minute in which nothing is due. */
  idleMs: 50,
} as const;

/**
 * Fair queues ("How Amazon SQS fair queues work"): a group is noisy while it has more than a tenth of the messages
 * in flight and at least 30 of them, or more than a tenth of the recent processing time. Other groups' messages are
 * handed out before a noisy group's. Here a message is put behind when it becomes receivable, if its group is noisy
 * then; what lies in the queue when its group turns noisy keeps its place, which AWS may well do better.
 */
export const FAIR_QUEUES = {
  noisyShare: 0.1,
  fewestInFlight: 30,
  /** How often groups are looked at, and how long processing time counts as recent. */
  checkEveryMs: SECOND_MS,
  recentMs: MINUTE_MS,
} as const;

/** What CloudWatch Logs adds to each event's bytes (PutLogEvents), and counts when it bills. */
export const LOG_EVENT_OVERHEAD_BYTES = 26;

/** Bytes to a host that hangs: handshake, headers and body. One that refuses gets none. */
export const BYTES_TO_A_HANGING_HOST = 2_500;
