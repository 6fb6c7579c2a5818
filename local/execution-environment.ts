import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { programFile } from '../package/files.ts';
import type { FunctionDescription } from './app-description.ts';
import type { EngineCalls } from './engine-calls.ts';
import type {
  EngineAnswer,
  EngineCall,
  EngineTargets,
  EnvironmentMessage,
  EnvironmentStart,
  FunctionError,
  InvocationMessage,
} from './function-protocol.ts';

/** V8 would let each of many threads grow its nursery to several times this, which makes nothing faster here. */
const YOUNG_GENERATION_MB = 48;

export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: FunctionError };

export interface EnvironmentSettings {
  readonly description: FunctionDescription;
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What the function calls without HTTP; default: nothing. */
  readonly engineCalls?: EngineCalls | undefined;
  /** Called with each line that the function writes, and with a JSON line for each fault of its environment. */
  readonly onLogLine: (line: string) => void;
}

/**
 * One execution environment of a function: a worker thread that serves one invocation at a time, is used again
 * while it behaves, and is ended when an invocation takes longer than the function's timeout.
 */
export class ExecutionEnvironment {
  /** Resolves once the bundle is loaded, has failed to load, or the thread is gone; never rejects. */
  readonly started: Promise<void>;
  /** When it last became free, for trimming. */
  idleSinceMs = Date.now();
  readonly #settings: EnvironmentSettings;
  readonly #worker: Worker;
  #settle: ((result: InvocationResult) => void) | undefined;
  #unusable: FunctionError | undefined;
  #retired = false;

  constructor(settings: EnvironmentSettings) {
    this.#settings = settings;
    const { description } = settings;
    const workerData: EnvironmentStart = {
      codeDirectory: description.codeDirectory,
      handler: description.handler,
      functionName: description.name,
      functionArn: description.arn,
      memoryMegabytes: description.memoryMegabytes,
      engineTargets: targetsOf(settings.engineCalls),
    };
    this.#worker = new Worker(programFile('local/function-worker.mjs'), {
      workerData,
      name: description.logicalId,
      env: { ...settings.environmentVariables },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: description.memoryMegabytes,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    const take = { stdout: intoLines(settings.onLogLine), stderr: intoLines(settings.onLogLine) };
    // What Node itself writes for the thread does not come as a message.
    for (const name of ['stdout', 'stderr'] as const) {
      this.#worker[name].setEncoding('utf8').on('data', take[name]);
    }

    const { promise, resolve } = Promise.withResolvers<void>();
    this.started = promise;
    this.#worker.on('message', (message: EnvironmentMessage) => {
      if (message.type === 'engine-call') void this.#callEngine(message);
      else if (message.type === 'output') take[message.stream](message.text);
      else {
        this.#receive(message);
        resolve();
      }
    });
    this.#worker.on('error', (error: unknown) => {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#fail({ errorType: cause.name, errorMessage: cause.message });
    });
    this.#worker.on('exit', (code) => {
      for (const name of ['stdout', 'stderr'] as const) take[name]('\n');
      this.#fail({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with status ${code}` });
      resolve();
    });
  }

  /** Whether it can serve another invocation. */
  get usable(): boolean {
    return this.#unusable === undefined && !this.#retired;
  }

  /** Whether its code is no longer the function's. */
  get retired(): boolean {
    return this.#retired;
  }

  /** Whether it runs the handler at this moment. */
  get busy(): boolean {
    return this.#settle !== undefined;
  }

  /** Runs the handler once; a function's failure is a value, never a rejection. */
  async invoke(event: unknown): Promise<InvocationResult> {
    await this.started;
    if (this.#unusable !== undefined) return { ok: false, error: this.#unusable };

    const { timeoutSeconds } = this.#settings.description;
    const invocation: InvocationMessage = {
      type: 'invoke',
      requestId: randomUUID(),
      eventJson: JSON.stringify(event),
      deadlineMs: Date.now() + timeoutSeconds * 1_000,
    };
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.#settle = resolve;
    const timer = setTimeout(() => {
      this.#fail({
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${invocation.requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
      });
      void this.stop();
    }, timeoutSeconds * 1_000);
    this.#worker.postMessage(invocation);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.idleSinceMs = Date.now();
    }
  }

  /** Its code is old: it ends what it does, and is not used again. */
  retire(): void {
    this.#retired = true;
  }

  /** Ends the thread in the middle of what it does, as a crash would: what it was doing has failed. */
  async crash(): Promise<void> {
    this.#fail({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: signal: killed' });
    await this.#worker.terminate();
  }

  /** Ends the thread at once, whatever it is doing. */
  async stop(): Promise<void> {
    this.#unusable ??= { errorType: 'Runtime.ExitError', errorMessage: 'The local stack is stopping' };
    this.#finish({ ok: false, error: this.#unusable });
    await this.#worker.terminate();
  }

  async #callEngine({ id, origin, target, body }: EngineCall): Promise<void> {
    const response = await this.#settings.engineCalls?.get(origin)?.get(target)?.(body);
    if (response === undefined) return;
    const answer: EngineAnswer = { type: 'engine-answer', id, ...response };
    this.#worker.postMessage(answer);
  }

  #receive(message: Exclude<EnvironmentMessage, { type: 'engine-call' | 'output' }>): void {
    switch (message.type) {
      case 'ready':
        return;
      case 'init-error':
        this.#fail(message.error);
        return;
      case 'answer':
        this.#finish({ ok: true, payload: JSON.parse(message.payloadJson) });
        return;
      case 'error':
        this.#tell(message.error);
        this.#finish({ ok: false, error: message.error });
        return;
    }
  }

  /** The environment cannot be used any more; what it was doing has failed with it. */
  #fail(error: FunctionError): void {
    if (this.#unusable !== undefined) return;
    this.#unusable = error;
    this.#tell(error);
    this.#finish({ ok: false, error });
  }

  #finish(result: InvocationResult): void {
    this.#settle?.(result);
    this.#settle = undefined;
  }

  #tell(error: FunctionError): void {
    const { logicalId } = this.#settings.description;
    const { errorType, errorMessage, trace } = error;
    const line = { level: 'ERROR', message: `${logicalId}: ${errorType}: ${errorMessage}`, trace };
    this.#settings.onLogLine(JSON.stringify(line));
  }
}

function targetsOf(calls: EngineCalls = new Map()): EngineTargets {
  return Object.fromEntries([...calls].map(([origin, operations]) => [origin, [...operations.keys()]]));
}

/** @returns takes text that ends anywhere, and hands over the lines that are complete, without the empty ones */
function intoLines(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  };
}
