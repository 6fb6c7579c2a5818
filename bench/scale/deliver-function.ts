import { type Breaker, hostBreaker } from '../../lambda/callback/breaker.ts';
import { BYTES_TO_A_HANGING_HOST, CPU, DEAD, DELIVER, LATENCY, LIVE, SECOND_MS } from './assumptions.ts';
import { type CallbacksQueue, LIVE_MESSAGE } from './callbacks-queue.ts';
import { HangBoard } from './hang-board.ts';
import type { LiveTimes, Peaks } from './measures.ts';
import { afterFailure, afterHoldingBack, type Next, type Owed } from './owed.ts';
import { readUnitsOf, type Usage, writeUnitsOf } from './prices.ts';
import { PRODUCT } from './product.ts';
import { type Dice, lognormal } from './random.ts';
import type { Scenario } from './scenarios.ts';
import { itemBytes, logBytes } from './sizes.ts';

export interface DeliverParts {
  readonly scenario: Scenario;
  readonly dice: Dice;
  readonly owed: Owed;
  readonly queue: CallbacksQueue;
  readonly usage: Usage;
  readonly live: LiveTimes;
  readonly late: { readonly lateDead: Peaks; readonly lateLive: Peaks };
  readonly putTimer: (callback: number, atMs: number) => void;
  /** The message becomes receivable again by itself. */
  readonly putBack: (callback: number, atMs: number) => void;
}

/** The deliver function: one process for each poller. */
export interface DeliverFunction {
  /** Receives a batch and handles it. @returns when the invocation ends */
  begin(poller: number, nowMs: number): number;
  /** Deletes what was acknowledged. */
  end(poller: number): void;
}

interface Process {
  breaker: Breaker;
  /** When it last asked which hosts hang. */
  askedAtMs: number | undefined;
  replacedAtMs: number;
  readonly acknowledged: number[];
}

interface Item {
  readonly message: number;
  readonly receivableAtMs: number;
  /** What the breaker said. */
  readonly admitted: boolean;
}

/** CPU time as the function has it, in milliseconds. */
const SDK_CALL_MS = CPU.sdkCallMs / DELIVER.cpuShare;
const LOOK_MS = (CPU.sdkCallMs + CPU.itemMs) / DELIVER.cpuShare;
const POST_MS = CPU.postMs / DELIVER.cpuShare;
const LIVE_POST_MS = (CPU.postMs + CPU.handshakeMs) / DELIVER.cpuShare;

const LEDGER_WRITE_MS = LATENCY.ledgerWriteMs + SDK_CALL_MS;
const SQS_CALL_MS = LATENCY.sqsCallMs + SDK_CALL_MS;

export function deliverFunction(parts: DeliverParts): DeliverFunction {
  const { scenario, dice, owed, queue, usage, live, late } = parts;
  const hangs = scenario.deadHosts === 'hang';
  const items = itemBytes(hangs);
  const lines = logBytes(hangs);
  const timerUnits = writeUnitsOf(items.timer);
  const deadNames = Array.from({ length: scenario.hosts }, (_, host) => `dead-${host}.example`);
  const liveNames = Array.from({ length: LIVE.hosts }, (_, host) => `live-${host}.example`);
  const deadName = (callback: number) => deadNames[callback % scenario.hosts] ?? '';
  const liveName = () => liveNames[Math.floor(dice.uniform() * LIVE.hosts)] ?? '';
  const liveAnswerMs = lognormal(LIVE.medianMs, LIVE.p99Ms, dice);
  const { min, max } = DEAD.refusesWithinMs;
  const deadAnswerMs = () => (hangs ? DEAD.hangsForMs : min + (max - min) * dice.uniform());
  const entryBytes = (attempts: number) => items.entry[Math.min(attempts, items.entry.length - 1)] ?? 0;

  /** What the breakers take for the time. */
  let clockMs = 0;
  const newBreaker = () => hostBreaker({ now: () => clockMs, random: dice.uniform });
  const lifetimeMs = () => DELIVER.processLivesMs * (0.9 + 0.2 * dice.uniform());
  const processes: Process[] = Array.from({ length: PRODUCT.deliverConcurrency }, () => ({
    breaker: newBreaker(),
    askedAtMs: undefined,
    replacedAtMs: lifetimeMs() * dice.uniform(),
    acknowledged: [],
  }));

  const board = new HangBoard();
  /** @returns how long it takes */
  const askOthers = (process: Process, nowMs: number): number => {
    if (!scenario.breaker || !HangBoard.isDue(process.askedAtMs, process.breaker, nowMs)) return 0;
    process.askedAtMs = nowMs;
    board.ask(process.breaker, nowMs);
    usage.readUnits += readUnitsOf(board.size * items.hang) / 2;
    return LATENCY.ledgerReadMs + SDK_CALL_MS;
  };

  /** @returns when the handler is called */
  const start = (process: Process, nowMs: number): number => {
    const startMs = nowMs + LATENCY.receiveMs;
    if (startMs < process.replacedAtMs) return startMs;
    usage.lambdaGbSeconds += (DELIVER.coldStartMs / SECOND_MS) * DELIVER.memoryGb;
    process.breaker = newBreaker();
    process.askedAtMs = undefined;
    process.replacedAtMs = startMs + lifetimeMs();
    return startMs + DELIVER.coldStartMs;
  };

  const receive = (process: Process, startMs: number): Item => {
    const message = queue.receive();
    const { receivableAtMs } = queue;
    usage.readUnits += readUnitsOf(entryBytes(owed.attempts[message] ?? 0));
    if (message === LIVE_MESSAGE) {
      late.lateLive.see(startMs, startMs - receivableAtMs);
      return { message, receivableAtMs, admitted: true };
    }
    late.lateDead.see(startMs, startMs - (owed.dueAtMs[message] ?? 0));
    owed.receives[message] = (owed.receives[message] ?? 0) + 1;
    return {
      message,
      receivableAtMs,
      admitted: !scenario.breaker || process.breaker.admits(deadName(message)),
    };
  };

  /** @returns when it is done */
  const deliverLive = ({ message, receivableAtMs }: Item, process: Process, postAtMs: number): number => {
    const tookMs = Math.min(liveAnswerMs(), LIVE.longestMs);
    live.add(receivableAtMs, postAtMs + tookMs - receivableAtMs);
    process.breaker.record(liveName(), { failed: false, durationMs: tookMs });
    process.acknowledged.push(message);
    usage.writeUnits += writeUnitsOf(entryBytes(1));
    usage.logBytes += lines.delivered;
    return postAtMs + tookMs + LEDGER_WRITE_MS;
  };

  /** @returns when it is done */
  const attemptDead = ({ message, admitted }: Item, process: Process, postAtMs: number): number => {
    const random = dice.uniform();
    if (!admitted) {
      return carryOut(
        afterHoldingBack(owed, message, PRODUCT.deadlineMs, { nowMs: postAtMs }),
        message,
        process,
        {
          attempted: false,
          nowMs: postAtMs,
        },
      );
    }
    const durationMs = deadAnswerMs();
    clockMs = postAtMs + durationMs;
    if (hangs) usage.bytesOut += BYTES_TO_A_HANGING_HOST;
    const hang = process.breaker.record(deadName(message), { failed: true, durationMs });
    if (hang !== undefined && scenario.breaker) {
      board.tell(hang);
      usage.writeUnits += writeUnitsOf(items.hang);
    }
    const next = afterFailure(owed, message, PRODUCT.retryPolicy, { nowMs: clockMs, random });
    return carryOut(next, message, process, { attempted: true, nowMs: clockMs });
  };

  /** Does what was decided. @returns when it is done */
  const carryOut = (
    next: Next,
    callback: number,
    { acknowledged }: Process,
    { attempted, nowMs }: { attempted: boolean; nowMs: number },
  ): number => {
    const recordUnits = attempted ? writeUnitsOf(entryBytes(owed.attempts[callback] ?? 0)) : 0;
    const recordMs = attempted ? LEDGER_WRITE_MS : 0;
    const line = attempted ? lines.attemptFailed : lines.heldBack;
    switch (next.room) {
      case 'ledger':
        parts.putTimer(callback, next.untilMs);
        acknowledged.push(callback);
        usage.writeUnits += timerUnits + recordUnits;
        usage.logBytes += line;
        return nowMs + LEDGER_WRITE_MS + recordMs;
      case 'queue':
      case 'new-message': {
        if (next.room === 'new-message') owed.receives[callback] = 0;
        const doneMs = nowMs + recordMs + SQS_CALL_MS;
        parts.putBack(callback, doneMs + next.seconds * SECOND_MS);
        usage.sqsRequests += 1;
        usage.writeUnits += recordUnits;
        usage.logBytes += line;
        return doneMs;
      }
      case 'dead':
        owed.ends[callback] = (owed.ends[callback] ?? 0) + 1;
        acknowledged.push(callback);
        usage.dlqRequests += 1;
        usage.writeUnits +=
          writeUnitsOf(items.deadRow) + writeUnitsOf(entryBytes(owed.attempts[callback] ?? 0));
        usage.logBytes += lines.dead;
        return nowMs + SQS_CALL_MS + 2 * LEDGER_WRITE_MS;
    }
  };

  return {
    begin(poller, nowMs) {
      const process = processes[poller];
      if (process === undefined) throw new RangeError(`there is no process ${poller}`);
      const startMs = start(process, nowMs);
      clockMs = startMs + LATENCY.ledgerReadMs;
      clockMs += askOthers(process, clockMs);
      const batch: Item[] = [];
      while (batch.length < DELIVER.batchSize && queue.backlog > 0) batch.push(receive(process, startMs));

      // All of a batch share one CPU, and get to their POSTs together.
      const cpuMs = batch.reduce((sum, item) => sum + cpuToPost(item), 0);
      const postAtMs = clockMs + cpuMs;
      let endMs = postAtMs + batch.length * SDK_CALL_MS;
      for (const item of batch) {
        const doneMs = (item.message === LIVE_MESSAGE ? deliverLive : attemptDead)(item, process, postAtMs);
        queue.countProcessing(item.message, doneMs - startMs);
        endMs = Math.max(endMs, doneMs);
      }

      usage.lambdaRequests += 1;
      usage.lambdaGbSeconds += (Math.ceil(endMs - startMs) / SECOND_MS) * DELIVER.memoryGb;
      return endMs;
    },

    end(poller) {
      const { acknowledged } = processes[poller] ?? { acknowledged: [] };
      if (acknowledged.length > 0) usage.sqsRequests += 1;
      for (const message of acknowledged) queue.leaveFlight(message);
      acknowledged.length = 0;
    },
  };
}

function cpuToPost({ message, admitted }: Item): number {
  if (!admitted) return LOOK_MS;
  return LOOK_MS + (message === LIVE_MESSAGE ? LIVE_POST_MS : POST_MS);
}
