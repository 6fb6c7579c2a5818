/**
 * A deterministic simulation of the whole pipeline under faults.
 *
 * What runs is the production code: submit, run, deliver, wake, the changes by request, the answer to a batch, the
 * ledger and the queues. Beneath the SDK's clients lie a DynamoDB and an SQS in memory, around them a Lambda, clients,
 * receivers, work and an operator. There is one clock and one queue of events (virtual-time.ts), and one source of
 * chance (random.ts): the same seed is the same run, event for event, so whatever goes wrong can be seen again:
 *
 * ```
 * npm run simulate -- --seed 7 --tasks 1000                   what was injected, what came out, what was violated
 * npm run simulate -- --seed 7 --tasks 1000 --trace TASK_ID   everything that befell one task
 * npm run mutants                                             is the suite able to fail? broken code must be caught
 * ```
 *
 * | file | what it is |
 * |---|---|
 * | stages.ts | the production code put together as its handlers do, for one invocation |
 * | aws-clients.ts, simulated-dynamodb.ts, simulated-sqs.ts, expressions.ts | AWS: each call is one I/O step |
 * | invocation.ts, lambda.ts | Lambda: crashes, time-outs, batches, what is thawed later |
 * | clients.ts, receivers.ts, work.ts, operator.ts | everybody else |
 * | faults.ts | what can go wrong, how often, and how often it did |
 * | invariants.ts, transitions.ts | what must hold after every event |
 * | stories.ts | small stories, with every fault at every step and a crash at every two |
 *
 * A simulation has a rough part and a calm one: after it, nothing fails any more, receivers are well, and an operator
 * sends again what is dead. Then everything that was accepted has to come to its end.
 */

import type { State } from '../../lambda/contract/states.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import { mixedClient } from './clients.ts';
import { type Fault, type FaultRates, ROUGH_RATES } from './faults.ts';
import type { Violation } from './invariants.ts';
import { consume, everyMinute } from './lambda.ts';
import { redrive } from './operator.ts';
import { dice } from './random.ts';
import { moodyReceivers, type Receivers } from './receivers.ts';
import { DELIVERY_DEADLINE_MS, type DeliverProcess, deliver, deliverProcess, run, wake } from './stages.ts';
import { EPOCH_MS } from './virtual-time.ts';
import { mixedWorks, type Works } from './work.ts';
import { DELIVER_FUNCTION_TIMEOUT_MS, RUN_FUNCTION_TIMEOUT_MS, World, type WorldOptions } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** How many clients submit something. */
  readonly tasks: number;
  readonly traced?: WorldOptions['traced'];
}

export interface SimulationResult {
  readonly seed: number;
  readonly tasks: number;
  readonly injected: ReadonlyMap<Fault, number>;
  readonly violations: readonly Violation[];
  readonly accepted: number;
  /** Entries by their state in the end. */
  readonly states: ReadonlyMap<State, number>;
  /** Entries whose submission nobody was told of, and that wait for ever. */
  readonly unanswered: number;
  /** POSTs that receivers saw, and callbacks that died at least once. */
  readonly posts: number;
  readonly died: number;
  readonly ioSteps: number;
  readonly events: number;
  readonly virtualMs: number;
}

const SUBMISSION_MS = 40 * 60_000;
const ROUGH_MS = 150 * 60_000;
/** By then everything must be over. */
const LONGEST_MS = ROUGH_MS + 4 * DELIVERY_DEADLINE_MS;
const REDRIVE_EVERY_MS = 11 * 60_000;

/** So many that a message is received as often as it may be, and is sent again. */
const SHORT_WAITS_MS = [5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 900_000];

const HOSTS = Array.from({ length: 12 }, (_, index) => `host-${index}.example`);

/** One seed: rough weather, then calm, then the reckoning. */
export async function simulate({ seed, tasks, traced }: SimulationOptions): Promise<SimulationResult> {
  const world = new World({
    seed,
    rates: weather(seed),
    pageSize: 7,
    runBatchSize: seed % 3 === 0 ? 4 : 1,
    ...(seed % 4 === 2 && { retryWaitsMs: SHORT_WAITS_MS }),
    ...(traced !== undefined && { traced }),
  });
  const { time, dice: chance, faults } = world;
  const receivers = moodyReceivers(HOSTS, dice(seed + 1), EPOCH_MS + ROUGH_MS);
  startFunctions(world, receivers, mixedWorks(dice(seed + 2)));
  for (let nth = 0; nth < tasks; nth += 1) {
    time.after(chance.between(0, SUBMISSION_MS), () => void mixedClient(world, nth, HOSTS));
  }
  const redriveAgain = () => {
    void redrive(world, faults.calm ? 1 : 0.5);
    time.after(REDRIVE_EVERY_MS, redriveAgain);
  };
  time.after(REDRIVE_EVERY_MS, redriveAgain);
  time.after(ROUGH_MS, () => {
    faults.calm = true;
  });

  await runToTheEnd(world, EPOCH_MS + ROUGH_MS, EPOCH_MS + LONGEST_MS);
  return resultOf(world, { seed, tasks });
}

/** Even seeds have a bit of everything; in odd ones, one kind of fault after the other comes ten times as often. */
function weather(seed: number): FaultRates {
  if (seed % 2 === 0) return ROUGH_RATES;
  const kinds = Object.entries(ROUGH_RATES);
  const [fault, rate] = kinds[((seed - 1) / 2) % kinds.length] ?? [];
  return fault === undefined ? ROUGH_RATES : { ...ROUGH_RATES, [fault]: Math.min(0.6, (rate ?? 0) * 10) };
}

/** The consumers and the clock, as the template wires them. */
export function startFunctions(world: World, receivers: Receivers, works: Works): void {
  const { runBatchSize } = world;
  consume(world, {
    functionName: 'run',
    queue: world.queues.tasks,
    batchSize: runBatchSize,
    // So few that messages have to wait, and come together.
    maxConcurrency: runBatchSize > 1 ? 4 : 40,
    timeoutMs: RUN_FUNCTION_TIMEOUT_MS,
    handler: (invocation, event) => run(world, works, invocation, event),
  });

  // A process serves one invocation after the other; with a crash it is gone.
  const idle: DeliverProcess[] = [];
  consume(world, {
    functionName: 'deliver',
    queue: world.queues.callbacks,
    batchSize: 10,
    maxConcurrency: 20,
    timeoutMs: DELIVER_FUNCTION_TIMEOUT_MS,
    handler: (invocation, event) => {
      const process = idle.pop() ?? deliverProcess(world);
      invocation.onEnd(() => {
        if (invocation.alive) idle.push(process);
      });
      return deliver(world, receivers, process, invocation, event);
    },
  });

  everyMinute(world, 'wake', (invocation) => wake(world, invocation));
}

/** Runs until nothing is under way any more, but at least to `fromMs`; what is open at `endMs` never ends. */
export async function runToTheEnd(world: World, fromMs: number, endMs: number): Promise<void> {
  const { time, invariants } = world;
  let lookAtMs = fromMs;
  while (invariants.violations.length === 0) {
    if (time.nowMs >= lookAtMs) {
      if (isOver(world)) break;
      lookAtMs = time.nowMs + 10_000;
    }
    if (!(await world.step(endMs))) break;
  }
  if (invariants.violations.length === 0) reckon(world);
}

/** No message, no timer, nobody at work; save for what names a task that never came to be. */
function isOver({ running, invariants }: World): boolean {
  if (running.size > 0) return false;
  return [...invariants.tasks.values()].every(
    ({ entry, timers, messages }) => entry === undefined || timers.size + messages.size === 0,
  );
}

/** In the end everything that was accepted has been told, or was owed to nobody. */
function reckon({ invariants }: World): void {
  for (const { taskId, entry, accepted } of invariants.tasks.values()) {
    if (entry === undefined || isSettled(entry)) continue;
    if (entry.state === 'accepted' && !accepted) continue;
    invariants.violated('no accepted task is lost', taskId, `in the end it is ${entry.state}`);
  }
}

function isSettled({ state }: Entry): boolean {
  return state === 'delivered' || state === 'completed';
}

function resultOf(world: World, { seed, tasks }: { seed: number; tasks: number }): SimulationResult {
  const { invariants, faults, time } = world;
  const known = [...invariants.tasks.values()];
  const states = new Map<State, number>();
  for (const { entry } of known) {
    if (entry !== undefined) states.set(entry.state, (states.get(entry.state) ?? 0) + 1);
  }
  return {
    seed,
    tasks,
    injected: faults.counts,
    violations: invariants.violations,
    accepted: known.filter(({ accepted }) => accepted).length,
    states,
    unanswered: known.filter(({ entry, accepted }) => entry?.state === 'accepted' && !accepted).length,
    posts: known.reduce((total, { posts }) => total + posts, 0),
    died: known.filter(({ entry }) => (entry?.generation ?? 0) > 0).length,
    ioSteps: faults.steps,
    events: time.eventsRun,
    virtualMs: time.nowMs - EPOCH_MS,
  };
}
