import {
  type EnvironmentSettings,
  ExecutionEnvironment,
  type InvocationResult,
} from './execution-environment.ts';
import { needsAnother } from './pool-growth.ts';
import { isSaturated } from './processor.ts';

const LOOK_AGAIN_MS = 10;
/** Environments of one function that may be starting at once; more would only slow each other down. */
const MAX_STARTING = 2;
/** An environment that had nothing to do for this long is ended, save the last one. */
const IDLE_MS = 60_000;

interface Waiter {
  readonly sinceMs: number;
  readonly take: (environment: ExecutionEnvironment) => void;
}

export interface FunctionPoolSettings extends EnvironmentSettings {
  /** Environments at once at most, and so invocations at once at most. */
  readonly maxEnvironments: number;
  /** Whether an invocation may have several messages. */
  readonly takesBatches: boolean;
}

/**
 * The execution environments of one function. It grows gently: invocations here are short and the machine is
 * small, so that waiting a moment for a warm environment mostly beats starting a cold one.
 */
export class FunctionPool {
  #settings: FunctionPoolSettings;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #trimming: NodeJS.Timeout;
  /** When an environment last became free for a waiter. */
  #freedMs = 0;
  #starting = 0;
  #growth: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(settings: FunctionPoolSettings) {
    this.#settings = settings;
    this.#trimming = setInterval(() => this.#trim(), IDLE_MS / 4).unref();
  }

  /** Folder of the code that new invocations run. */
  get codeDirectory(): string {
    return this.#settings.description.codeDirectory;
  }

  /** The variables that new invocations find. */
  get environmentVariables(): Readonly<Record<string, string>> {
    return this.#settings.environmentVariables;
  }

  /** Environments that exist now, for tests. */
  get size(): number {
    return this.#environments.size;
  }

  /** Those that run the function at this moment. */
  get busy(): readonly ExecutionEnvironment[] {
    return [...this.#environments].filter(({ busy }) => busy);
  }

  /** Runs the function once, in an environment that is free or becomes so. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const environment = await this.acquire();
    try {
      return await environment.invoke(event);
    } finally {
      this.release(environment);
    }
  }

  /** Starts a first environment, so that the first invocation finds it warm. */
  async warmUp(): Promise<void> {
    const environment = await this.acquire();
    this.release(environment);
  }

  /**
   * Has invocations run that code from now on, if it loads; those under way end with the code that they began with.
   *
   * @param codeDirectory folder of the bundled code; the old one is still needed for a while
   * @returns whether it has loaded: if not, the old code goes on
   */
  async replaceCode(codeDirectory: string): Promise<boolean> {
    const { description, environmentVariables } = this.#settings;
    const settings = {
      ...this.#settings,
      description: { ...description, codeDirectory },
      environmentVariables: { ...environmentVariables, LAMBDA_TASK_ROOT: codeDirectory },
    };
    const first = new ExecutionEnvironment(settings);
    await first.started;
    if (!first.usable || this.#stopped) {
      await first.stop();
      return false;
    }
    this.#settings = settings;
    for (const environment of this.#environments) environment.retire();
    for (const environment of this.#idle.splice(0)) this.release(environment);
    this.#environments.add(first);
    this.release(first);
    return true;
  }

  /** An environment for the caller alone, until it is given back with `release`. */
  acquire(): Promise<ExecutionEnvironment> {
    const { promise, resolve } = Promise.withResolvers<ExecutionEnvironment>();
    const idle = this.#takeIdle();
    if (idle !== undefined) resolve(idle);
    else this.#waiters.push({ sinceMs: Date.now(), take: resolve });
    this.#grow();
    return promise;
  }

  release(environment: ExecutionEnvironment): void {
    if (!environment.usable) {
      this.#environments.delete(environment);
      void environment.stop();
    } else {
      const waiter = this.#waiters.shift();
      this.#freedMs = Date.now();
      if (waiter === undefined) this.#idle.push(environment);
      else waiter.take(environment);
    }
    this.#grow();
  }

  /** Ends every environment; what runs in them fails. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#trimming);
    clearTimeout(this.#growth);
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  /** The one used last, so that surplus ones fall idle; those that died meanwhile are dropped. */
  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment === undefined || environment.usable) return environment;
      this.#environments.delete(environment);
    }
  }

  /** Starts another environment if someone has waited long enough; else looks again in a moment. */
  #grow(): void {
    const [longest] = this.#waiters;
    const full = this.#environments.size >= this.#settings.maxEnvironments;
    const enoughStarting = this.#starting >= Math.min(MAX_STARTING, this.#waiters.length);
    if (longest === undefined || full || enoughStarting || this.#stopped) return;

    if (this.#isOverdue(longest)) void this.#start();
    this.#growth ??= setTimeout(() => {
      this.#growth = undefined;
      this.#grow();
    }, LOOK_AGAIN_MS);
  }

  #isOverdue(longest: Waiter): boolean {
    const nowMs = Date.now();
    return needsAnother({
      environments: this.#environments.size,
      waitedMs: nowMs - longest.sinceMs,
      sinceFreedMs: nowMs - this.#freedMs,
      takesBatches: this.#settings.takesBatches,
      isSaturated,
    });
  }

  async #start(): Promise<void> {
    const environment = new ExecutionEnvironment(this.#settings);
    this.#environments.add(environment);
    this.#starting += 1;
    await environment.started;
    this.#starting -= 1;
    // One that failed to start is handed out, too: whoever invokes it learns why.
    const waiter = environment.retired ? undefined : this.#waiters.shift();
    if (waiter === undefined) this.release(environment);
    else waiter.take(environment);
    this.#grow();
  }

  #trim(): void {
    const surplus = this.#idle.filter(({ idleSinceMs }) => Date.now() - idleSinceMs > IDLE_MS);
    for (const environment of surplus) {
      if (this.#environments.size <= 1) return;
      this.#idle.splice(this.#idle.indexOf(environment), 1);
      this.#environments.delete(environment);
      void environment.stop();
    }
  }
}
