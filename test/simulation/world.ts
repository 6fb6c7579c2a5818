import { parseMessage } from '../../lambda/queue/message.ts';
import { type FaultRates, type FaultScript, Faults } from './faults.ts';
import { Invariants } from './invariants.ts';
import type { Invocation } from './invocation.ts';
import { type Dice, dice } from './random.ts';
import { SimulatedDynamodb } from './simulated-dynamodb.ts';
import { SimulatedQueue } from './simulated-sqs.ts';
import { EPOCH_MS, VirtualTime } from './virtual-time.ts';

export const CALLBACK_RECEIVES = 10;
export const MAX_RUNS = 3;
export const RUN_TIMEOUT_MS = 60_000;
export const RUN_FUNCTION_TIMEOUT_MS = RUN_TIMEOUT_MS + 10_000;
export const DELIVER_FUNCTION_TIMEOUT_MS = 30_000;

export interface WorldOptions {
  readonly seed: number;
  readonly rates?: FaultRates;
  readonly script?: FaultScript;
  /** Whether the clocks of the functions are off; default true. */
  readonly clocksDiffer?: boolean;
  /** The most timers that one answer to a query has; default 1,000. */
  readonly pageSize?: number;
  /** How many tasks run is given at once at most; default 1. */
  readonly runBatchSize?: number;
  /** After failed attempts at callbacks; default: both waiting rooms are met soon. */
  readonly retryWaitsMs?: readonly number[];
  /** The task whose steps are told, and who hears of them. */
  readonly traced?: { readonly taskId: string; readonly tell: (line: string) => void };
}

/** Everything beneath the production code, and the invariants that watch it. */
export class World {
  readonly time = new VirtualTime();
  readonly dice: Dice;
  readonly faults: Faults;
  readonly invariants: Invariants;
  readonly table: SimulatedDynamodb;
  readonly queues: Readonly<Record<'tasks' | 'callbacks' | 'deadLetters', SimulatedQueue>>;
  readonly clocksDiffer: boolean;
  readonly maxRuns = MAX_RUNS;
  readonly runBatchSize: number;
  readonly retryWaitsMs: readonly number[];
  /** As the template has it. */
  readonly taskReceives: number;
  readonly running = new Set<Invocation>();
  /** How many invocations there have been. */
  invocations = 0;
  /** Whose request is being carried out. */
  actor: Invocation | undefined;
  readonly #traced: WorldOptions['traced'];

  constructor({
    seed,
    rates = {},
    script = new Map(),
    clocksDiffer = true,
    pageSize = 1_000,
    runBatchSize = 1,
    retryWaitsMs = [5_000, 40_000, 300_000, 900_000],
    traced,
  }: WorldOptions) {
    this.dice = dice(seed);
    this.faults = new Faults(rates, script, this.dice);
    this.clocksDiffer = clocksDiffer;
    this.runBatchSize = runBatchSize;
    this.retryWaitsMs = retryWaitsMs;
    this.taskReceives = MAX_RUNS * runBatchSize + 5;
    this.#traced = traced;
    this.invariants = new Invariants(this);
    this.table = new SimulatedDynamodb(
      (...write) => this.invariants.onWrite(...write),
      pageSize,
      () => this.time.nowMs,
    );

    const queue = (options: ConstructorParameters<typeof SimulatedQueue>[0]) =>
      new SimulatedQueue(options, this.time, this.dice, (place, message, event) => {
        if (message.movedNatively && event === 'in') this.faults.count('moved natively to the DLQ');
        this.trace(`${place.name}: ${event} ${message.body}`, parseMessage(message.body).task_id);
        this.invariants.onMessage(place, message, event);
      });
    const deadLetters = queue({ name: 'dead-letters', visibilityMs: 30_000 });
    this.queues = {
      deadLetters,
      tasks: queue({
        name: 'tasks',
        visibilityMs: RUN_FUNCTION_TIMEOUT_MS + 60_000,
        deadLetters: { queue: deadLetters, maxReceiveCount: this.taskReceives },
      }),
      callbacks: queue({
        name: 'callbacks',
        visibilityMs: 6 * DELIVER_FUNCTION_TIMEOUT_MS,
        deadLetters: { queue: deadLetters, maxReceiveCount: CALLBACK_RECEIVES },
      }),
    };
  }

  /** The queue with that URL. */
  queueAt(url: string): SimulatedQueue {
    const queue = Object.values(this.queues).find(({ name }) => url.endsWith(`/${name}`));
    if (queue === undefined) throw new Error(`there is no queue ${url}`);
    return queue;
  }

  urlOf({ name }: SimulatedQueue): string {
    return `https://sqs.simulated/${name}`;
  }

  /** Runs the next event; the invariants look at what it has touched. */
  async step(untilMs: number): Promise<boolean> {
    const went = await this.time.step(untilMs);
    if (went) this.invariants.check();
    return went;
  }

  trace(text: string, taskId: string | undefined): void {
    if (this.#traced === undefined || taskId !== this.#traced.taskId) return;
    this.#traced.tell(`${((this.time.nowMs - EPOCH_MS) / 1000).toFixed(3).padStart(10)} s  ${text}`);
  }
}
