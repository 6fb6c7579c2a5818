import { DEAD, FAIR_QUEUES, HOUR_MS, LATENCY, LIVE, LONG_POLL_MS, SECOND_MS, WAKE } from './assumptions.ts';
import { callbacksQueue, LIVE_MESSAGE } from './callbacks-queue.ts';
import { type DeliverFunction, deliverFunction } from './deliver-function.ts';
import { eventHeap } from './event-heap.ts';
import { type LiveTimes, liveTimes, type Peaks, peaks } from './measures.ts';
import { type Owed, owedCallbacks } from './owed.ts';
import { noUsage, type Usage } from './prices.ts';
import { PRODUCT } from './product.ts';
import { diceOf } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { itemBytes } from './sizes.ts';
import { timers } from './timers.ts';

export interface SimulationOptions {
  /** How many callbacks are owed to dead hosts, 1 to 2,000,000. */
  readonly callbacks: number;
  readonly seed: number;
  /** Live callbacks in a second. Default: `LIVE.perSecond`. */
  readonly livePerSecond?: number;
  /** Hears now and then how much of the time is over, from 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

export interface Run {
  readonly scenario: Scenario;
  /** How long it went, in milliseconds of simulated time. */
  readonly endedAtMs: number;
  readonly owed: Owed;
  readonly live: LiveTimes;
  /** Live callbacks that were still waiting when the run was cut off; they are in `live` with their age. */
  readonly liveUndelivered: number;
  readonly usage: Usage;
  readonly inFlightDead: Peaks;
  readonly inFlight: Peaks;
  /** Messages that wake has sent with a delay, and whose time has not come. */
  readonly delayed: Peaks;
  /** Messages that can be received and are not. */
  readonly backlog: Peaks;
  readonly timersStanding: Peaks;
  /** How long after its time a callback was handled, in milliseconds. */
  readonly lateDead: Peaks;
  readonly lateLive: Peaks;
}

/** An event that is not a message: the poller with this number, from 0, is free again. */
const pollerEvent = (poller: number) => -1 - poller;

/**
 * Plays a scenario through: three days from the last callback's arrival, and longer until all is settled. The same
 * scenario, number and seed give the same run.
 */
export function simulate(scenario: Scenario, options: SimulationOptions): Run {
  const { onProgress = () => {}, livePerSecond = LIVE.perSecond } = options;
  const callbacks = scenario.deadHosts === 'none' ? 0 : options.callbacks;
  const arrivalsEndMs = (options.callbacks / DEAD.perSecond) * SECOND_MS;
  const liveEndsMs = arrivalsEndMs + PRODUCT.deadlineMs + HOUR_MS;
  const cutOffMs = scenario.cutOff === true ? PRODUCT.deadlineMs : Number.POSITIVE_INFINITY;

  const dice = diceOf(options.seed);
  const owed = owedCallbacks(callbacks);
  const queue = callbacksQueue(
    { hosts: scenario.hosts, fair: scenario.fairQueues },
    (callback) => callback % scenario.hosts,
  );
  const clock = timers(itemBytes(scenario.deadHosts === 'hang').timer);
  const events = eventHeap();
  const usage = noUsage();
  const measured = {
    inFlightDead: peaks(),
    inFlight: peaks(),
    delayed: peaks(),
    backlog: peaks(),
    timersStanding: peaks(),
    lateDead: peaks(),
    lateLive: peaks(),
  };
  const live = liveTimes();

  let nowMs = 0;
  let delayedNow = 0;
  const isDelayed = new Uint8Array(callbacks);

  const deliver: DeliverFunction = deliverFunction({
    scenario,
    dice,
    owed,
    queue,
    usage,
    live,
    late: measured,
    putTimer: clock.put,
    putBack: (callback, atMs) => events.add(atMs, callback),
  });

  const idlePollers: number[] = Array.from({ length: PRODUCT.deliverConcurrency }, (_, poller) => poller);
  const idleSinceMs = new Float64Array(PRODUCT.deliverConcurrency);

  const receive = () => {
    while (queue.backlog > 0) {
      const poller = idlePollers.shift();
      if (poller === undefined) break;
      usage.sqsRequests += 1 + Math.floor((nowMs - (idleSinceMs[poller] ?? 0)) / LONG_POLL_MS);
      events.add(deliver.begin(poller, nowMs) + LATENCY.deleteMs, pollerEvent(poller));
      measured.inFlightDead.see(nowMs, queue.inFlightDead);
      measured.inFlight.see(nowMs, queue.inFlight);
    }
    measured.backlog.see(nowMs, queue.backlog);
  };

  const happen = (what: number) => {
    if (what < 0) {
      const poller = pollerEvent(what);
      deliver.end(poller);
      idleSinceMs[poller] = nowMs;
      idlePollers.push(poller);
    } else {
      if (isDelayed[what] === 1) {
        isDelayed[what] = 0;
        delayedNow -= 1;
      } else {
        queue.leaveFlight(what);
      }
      queue.makeReceivable(what, nowMs);
    }
  };

  const sendDelayed = (callback: number, atMs: number) => {
    owed.receives[callback] = 0;
    isDelayed[callback] = 1;
    delayedNow += 1;
    events.add(atMs, callback);
  };

  let arrived = 0;
  let nextLiveMs = dice.exponential(SECOND_MS / livePerSecond);
  let nextWakeMs = 0;
  let nextCheckMs = 0;
  let toldMs = 0;

  for (;;) {
    const nextDeadMs =
      arrived < callbacks ? (arrived * SECOND_MS) / DEAD.perSecond : Number.POSITIVE_INFINITY;
    const nothingLeft =
      nowMs >= liveEndsMs && clock.standing === 0 && events.size === 0 && arrived === callbacks;
    if (nothingLeft) break;
    nowMs = Math.min(nextLiveMs, nextDeadMs, events.nextAtMs, nextWakeMs, nextCheckMs);
    if (nowMs >= cutOffMs) break;

    if (nowMs === events.nextAtMs) {
      while (nowMs === events.nextAtMs) happen(events.take());
    } else if (nowMs === nextLiveMs) {
      queue.makeReceivable(LIVE_MESSAGE, nowMs);
      nextLiveMs += dice.exponential(SECOND_MS / livePerSecond);
      if (nextLiveMs > liveEndsMs) nextLiveMs = Number.POSITIVE_INFINITY;
    } else if (nowMs === nextDeadMs) {
      owed.dueAtMs[arrived] = nowMs;
      owed.deliverByMs[arrived] = nowMs + PRODUCT.deadlineMs;
      queue.makeReceivable(arrived, nowMs);
      arrived += 1;
    } else if (nowMs === nextWakeMs) {
      measured.timersStanding.see(nowMs, clock.standing);
      clock.wake(nowMs, sendDelayed);
      measured.delayed.see(nowMs, delayedNow);
      nextWakeMs += WAKE.everyMs;
    } else {
      if (scenario.fairQueues) queue.findNoisy();
      nextCheckMs += FAIR_QUEUES.checkEveryMs;
    }
    receive();

    if (nowMs - toldMs > HOUR_MS) {
      toldMs = nowMs;
      onProgress(Math.min(1, nowMs / Math.min(liveEndsMs, cutOffMs)));
    }
  }

  for (const item of Object.keys(usage) as (keyof Usage)[]) usage[item] += clock.usage[item];
  const liveUndelivered = countWaitingLive(queue, live, nowMs);
  return { scenario, endedAtMs: nowMs, owed, live, liveUndelivered, usage, ...measured };
}

/** What is cut off has waited at least until now. */
function countWaitingLive(queue: ReturnType<typeof callbacksQueue>, live: LiveTimes, nowMs: number): number {
  let waiting = 0;
  while (queue.backlog > 0) {
    if (queue.receive() !== LIVE_MESSAGE) continue;
    live.add(queue.receivableAtMs, nowMs - queue.receivableAtMs);
    waiting += 1;
  }
  return waiting;
}
