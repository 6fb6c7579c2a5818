import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EngineEndpoints } from '../local/engines.ts';
import type { Order, Report, StackStart } from './stack-protocol.ts';

const PROGRAM = fileURLToPath(new URL('./stack-process.ts', import.meta.url));

const START_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

export interface StackSettings extends Omit<StackStart, 'port'> {
  /** Called at each start with where the engines are; gives where functions are to find them. */
  readonly leadTo: (engines: EngineEndpoints) => EngineEndpoints;
  /** Hears of it if the stack ends and was not asked to. */
  readonly onOwnEnd: (how: string) => void;
}

/** The stack under test: a process that is killed and started again on the same state and the same port. */
export class Stack {
  /** Times that it was killed. */
  kills = 0;
  /** Functions that were ended in the middle of an invocation, by name. */
  readonly crashes = new Map<string, number>();
  readonly #settings: StackSettings;
  #child: ChildProcess | undefined;
  #port = 0;
  #up = false;

  constructor(settings: StackSettings) {
    this.#settings = settings;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Where the API is, up or down. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Resolves once it serves requests. */
  async start(): Promise<void> {
    const { leadTo, onOwnEnd, ...settings } = this.#settings;
    const child = fork(PROGRAM, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child = child;
    const order = (message: Order) => child.send(message, () => {});

    const ready = Promise.withResolvers<string>();
    child.on('message', (report: Report) => {
      if (report.kind === 'engines') order({ kind: 'told', endpoints: leadTo(report.endpoints) });
      if (report.kind === 'ready') ready.resolve(report.url);
      if (report.kind === 'failed') ready.reject(new Error(`the stack did not start: ${report.message}`));
    });
    child.once('error', ready.reject);
    child.once('exit', (code, signal) => {
      if (this.#up && this.#child === child) onOwnEnd(`the stack ended by itself, with ${signal ?? code}`);
      this.#up = false;
      ready.reject(new Error(`the stack ended with ${signal ?? code}`));
    });
    order({ kind: 'start', start: { ...settings, port: this.#port } });

    const tooLong = setTimeout(
      () => ready.reject(new Error(`the stack did not start within ${START_WITHIN_MS / 1000} s`)),
      START_WITHIN_MS,
    );
    try {
      this.#port = Number(new URL(await ready.promise).port);
      this.#up = true;
    } finally {
      clearTimeout(tooLong);
    }
  }

  /** SIGKILL, without a warning; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
    this.kills += 1;
  }

  /** Ends one function in the middle of an invocation; false where none was at work. */
  async crashFunction(random: number): Promise<boolean> {
    const child = this.#child;
    if (!this.#up || child === undefined) return false;
    const answered = new Promise<string | undefined>((resolve) => {
      const end = (functionName: string | undefined) => {
        child.off('message', listen).off('exit', died);
        resolve(functionName);
      };
      const died = () => end(undefined);
      const listen = (report: Report) => {
        if (report.kind === 'crashed') end(report.functionName);
      };
      child.once('exit', died).on('message', listen);
    });
    child.send({ kind: 'crash-function', random } satisfies Order, () => {});
    const name = await answered;
    if (name === undefined) return false;
    this.crashes.set(name, (this.crashes.get(name) ?? 0) + 1);
    return true;
  }

  /** Ends it for good: gently, and by force where that takes too long. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.#up = false;
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    const gone = once(child, 'exit');
    child.send({ kind: 'stop' } satisfies Order, () => {});
    await gone;
    clearTimeout(force);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.#up = false;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
