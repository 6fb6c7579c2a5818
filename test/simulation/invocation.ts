import type { StartTimer } from '../../lambda/queue/start-timer.ts';
import { STEP_FAULTS, type StepFault } from './faults.ts';
import type { World } from './world.ts';

export type FunctionName = 'submit' | 'run' | 'deliver' | 'wake' | 'complete-task' | 'operator';

export interface Step {
  /** For the trace: `PutItem entry`. */
  readonly name: string;
  readonly taskId?: string | undefined;
  /** It finds nothing and changes nothing: neither time nor a schedule of crashes is wasted on it. */
  readonly idle?: boolean;
  readonly faults?: readonly StepFault[];
}

/** An error as the SDK throws it once its own retries are used up. */
export class AwsError extends Error {
  readonly $metadata = {};
}

/** Says, as the SDK does, that this is the answer to its second attempt. */
function askedTwice(error: unknown): unknown {
  if (error instanceof Error && '$metadata' in error) Object.assign(error, { $metadata: { attempts: 2 } });
  return error;
}

/** Resolves never: what a dead process waits for. */
const NEVER = new Promise<never>(() => {});

/** From a long pause to one that outlives every lease. */
const SHORTEST_FREEZE_MS = 20_000;
const LONGEST_FREEZE_MS = 400_000;

/**
 * A request that hears no answer in time is gone with its process, as Lambda does it. A replay whose write came more
 * than two minutes after its timer would otherwise be left without any message: the timer has found nothing to do.
 */
const KILLED_AT_THEIR_END: readonly FunctionName[] = ['submit', 'complete-task', 'operator'];

/** Clocks are off by at most this, either way. */
const WORST_SKEW_MS = 4_000;

/**
 * One invocation of a function: its clock, its I/O steps, and its end. A crash ends it between two steps. One that
 * Lambda has ended may go on unnoticed, as a sandbox does that is thawed later; its work never does.
 */
export class Invocation {
  readonly functionName: FunctionName;
  readonly name: string;
  readonly remainingMs: number;
  readonly skewMs: number;
  /** Hosts that the breaker has refused to this invocation. */
  readonly heldBackFrom = new Set<string>();
  /** The tasks that it is about, for the trace. */
  readonly #taskIds = new Set<string>();
  #alive = true;
  #ended = false;
  #frozen = false;
  /** I/O steps whose reply is still awaited. */
  #open = 0;
  readonly #world: World;
  readonly #onEnd: (() => void)[] = [];

  constructor(functionName: FunctionName, timeoutMs: number, world: World) {
    this.functionName = functionName;
    this.name = `${functionName}-${++world.invocations}`;
    this.remainingMs = timeoutMs;
    this.#world = world;
    this.skewMs =
      world.faults.calm || !world.clocksDiffer ? 0 : world.dice.between(-WORST_SKEW_MS, WORST_SKEW_MS);
    if (Math.abs(this.skewMs) > 1_000) world.faults.count('clock off by more than 1 s');
    world.running.add(this);
    const stop = world.time.after(timeoutMs, () => {
      if (this.#ended) return;
      world.faults.count('invocation timed out');
      this.#trace('timed out');
      this.end();
    });
    this.onEnd(stop);
  }

  /** Epoch milliseconds by this invocation's clock. */
  readonly now = (): number => this.#world.time.nowMs + this.skewMs;

  get alive(): boolean {
    return this.#alive;
  }

  /** Lambda has ended it: by its answer, by its time, or because it died. */
  get ended(): boolean {
    return this.#ended;
  }

  concerns(taskIds: readonly string[]): void {
    for (const taskId of taskIds) this.#taskIds.add(taskId);
  }

  onEnd(run: () => void): void {
    this.#onEnd.push(run);
  }

  /** Its time is over or its answer is given. What is still going on in it is killed, or goes on unnoticed. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#world.running.delete(this);
    for (const run of this.#onEnd) run();
    if (KILLED_AT_THEIR_END.includes(this.functionName)) {
      this.#alive = false;
      return;
    }
    if (this.#frozen) return;
    if (this.#open > 0 && this.#world.faults.strikes('left running after its end')) return;
    this.#alive = false;
  }

  crash(why: string): void {
    this.#trace(`died: ${why}`);
    this.#alive = false;
    this.end();
  }

  readonly startTimer: StartTimer = (callBack, afterMs) =>
    this.#world.time.after(afterMs, () => {
      if (this.#alive) callBack();
    });

  /** One call of AWS's or of a receiver's: it leaves, is carried out, and its reply comes back, or not. */
  io<T>(step: Step, perform: () => T): Promise<T> {
    if (!this.#alive) return NEVER;
    const { time, dice, faults } = this.#world;
    if (step.idle === true) return Promise.resolve(perform());
    const fault = faults.onStep(step.faults ?? STEP_FAULTS);
    this.#trace(fault === undefined ? step.name : `${step.name}: ${fault}`, step.taskId);
    if (fault === 'crash before a step') {
      this.crash('before a step');
      return NEVER;
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#open += 1;
    const reply = (afterMs: number, give: () => void) =>
      time.after(afterMs, () => {
        this.#open -= 1;
        if (this.#alive) give();
      });
    const slowMs = fault === 'slow step' ? dice.between(1_000, 12_000) : 0;
    const freezes = fault === 'frozen before a step' || fault === 'frozen after a step';
    if (freezes) this.#frozen = true;
    const frozenMs = freezes ? dice.between(SHORTEST_FREEZE_MS, LONGEST_FREEZE_MS) : 0;
    const frozenBeforeMs = fault === 'frozen before a step' ? frozenMs : 0;

    time.after(frozenBeforeMs + dice.between(2, 15) + slowMs, () => {
      // What has left the process is carried out, also where the process has died since.
      if (!this.#alive && frozenBeforeMs > 0) return;
      if (fault === 'throttled') {
        reply(5, () => reject(new AwsError('ThrottlingException: slow down')));
        return;
      }
      let give = this.#carriedOut(perform, resolve, reject);
      if (fault === 'asked twice by the SDK') {
        give = this.#carriedOut(perform, resolve, (error) => reject(askedTwice(error)));
      }
      if (fault === 'reply lost') give = () => reject(new AwsError('TimeoutError: no answer'));
      if (fault === 'crash after a step') {
        this.crash('after a step');
        return;
      }
      reply(dice.between(1, 10) + frozenMs - frozenBeforeMs, () => {
        if (freezes) {
          this.#frozen = false;
          this.#trace('thaws', step.taskId);
        }
        give();
      });
    });
    return promise;
  }

  #carriedOut<T>(
    perform: () => T,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ): () => void {
    this.#world.actor = this;
    try {
      const value = perform();
      return () => resolve(value);
    } catch (error) {
      return () => reject(error);
    } finally {
      this.#world.actor = undefined;
    }
  }

  #trace(text: string, taskId?: string): void {
    if (taskId !== undefined) this.#world.trace(`${this.name}: ${text}`, taskId);
    else for (const each of this.#taskIds) this.#world.trace(`${this.name}: ${text}`, each);
  }
}
