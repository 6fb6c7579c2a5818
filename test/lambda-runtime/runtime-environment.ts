import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionDescription } from '../../local/app-description.ts';

/** How long a function may take to ask for the next invocation after it has answered one, in milliseconds. */
const SETTLING_MS = 2_000;

export interface EnvironmentOptions {
  readonly description: FunctionDescription;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLogLine: (line: string) => void;
}

/**
 * An execution environment of Lambda: one process of AWS's runtime client with a bundle, behind the Runtime API. Between invocations
 * all its processes are stopped, as Lambda freezes them.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #api: Server;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  #waiting = Promise.withResolvers<ServerResponse>();
  #pending: (PromiseWithResolvers<unknown> & { readonly id: string }) | undefined;

  private constructor(options: EnvironmentOptions, api: Server) {
    this.#options = options;
    this.#api = api;
    const { description, variables, onLogLine } = options;
    const { port } = api.address() as AddressInfo;
    this.#process = spawn(process.execPath, [process.env.RUNTIME_CLIENT ?? '', description.handler], {
      cwd: description.codeDirectory,
      env: { ...variables, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`, AWS_LAMBDA_LOG_FORMAT: 'JSON' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        for (const line of chunk.split('\n')) if (line !== '') onLogLine(line);
      });
    }
    this.#exited = once(this.#process, 'exit').then(([code, signal]) => {
      const error = new Error(`The environment ended with ${signal ?? code}.`);
      this.#pending?.reject(error);
      this.#waiting.reject(error);
    });
    this.#waiting.promise.catch(() => {});
    api.on('request', (request, response) => this.#answer(request, response));
  }

  /** Starts the process, waits until the bundle is loaded, and freezes it. */
  static async start(options: EnvironmentOptions): Promise<RuntimeEnvironment> {
    const api = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }).listen(0, '127.0.0.1');
    await once(api, 'listening');
    const environment = new RuntimeEnvironment(options, api);
    await environment.#waiting.promise;
    environment.#signal('SIGSTOP');
    return environment;
  }

  /** The process of the function, and those that it has started. */
  get pids(): readonly number[] {
    return [this.#process.pid ?? 0, ...descendantsOf(this.#process.pid ?? 0)];
  }

  /**
   * Invokes the function with a JSON event, and freezes it afterwards.
   *
   * @throws Error if the function answers with an error, runs out of time or ends
   */
  async invoke(event: unknown): Promise<unknown> {
    const id = randomUUID();
    const { timeoutSeconds, arn } = this.#options.description;
    const pending = { id, ...Promise.withResolvers<unknown>() };
    this.#pending = pending;
    this.#signal('SIGCONT');
    const waiting = await this.#waiting.promise;
    this.#waiting = Promise.withResolvers();
    this.#waiting.promise.catch(() => {});
    waiting
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutSeconds * 1_000),
        'lambda-runtime-invoked-function-arn': arn,
      })
      .end(JSON.stringify(event));
    const timer = setTimeout(() => {
      pending.reject(new Error(`The function did not answer within ${timeoutSeconds} s.`));
      this.#signal('SIGKILL');
    }, timeoutSeconds * 1_000);
    try {
      return await pending.promise;
    } finally {
      clearTimeout(timer);
      await Promise.race([this.#waiting.promise.catch(() => {}), delay(SETTLING_MS)]);
      this.#signal('SIGSTOP');
    }
  }

  /** Has Lambda shut the environment down: it is thawed and given the signal. */
  async shutDown(): Promise<void> {
    this.#signal('SIGCONT');
    this.#process.kill('SIGTERM');
    await this.#exited;
  }

  async stop(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#exited;
    this.#api.closeAllConnections();
    this.#api.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (path === 'invocation/next') return this.#waiting.resolve(response);
    const body = await text(request);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (path === 'init/error') return this.#waiting.reject(new Error(`The bundle does not load: ${body}`));
    const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (this.#pending === undefined || this.#pending.id !== id) return;
    if (kind === 'response') this.#pending.resolve(body === '' ? undefined : JSON.parse(body));
    else this.#pending.reject(new Error(`The function failed: ${body}`));
  }

  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.pids) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // It has ended.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
  }
}

function descendantsOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return children.filter(Boolean).flatMap((child) => [Number(child), ...descendantsOf(Number(child))]);
  } catch {
    // The process has ended.
    return [];
  }
}
