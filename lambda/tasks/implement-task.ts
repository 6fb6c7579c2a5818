import type * as z from 'zod/mini';
import type { TaskDefinition } from './define-task.ts';

/** What a run is given besides its input. */
export interface TaskContext {
  /** With `run`, what to be idempotent with: a crash can run a task again whose work was already done. */
  readonly taskId: string;
  /** Which run of the task this is, from 1. */
  readonly run: number;
  /** Aborted when the time is up; its process is ended shortly after, whatever the work does. */
  readonly signal: AbortSignal;
  /** Structured log lines that carry the task's id. Keep payloads out of them. */
  readonly logger: TaskLogger;
  /** Where the stored result can be fetched by the client that submitted the task, once it is stored. */
  readonly resultUrl: string;
  /** Where the outcome will be told: the request's URL, else the definition's. Undefined where nobody is told. */
  readonly callbackUrl: string | undefined;
}

export interface TaskLogger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** The work of a task: takes the parsed input, gives a result that JSON can hold, or throws. */
export type Work<Input> = (input: Input, context: TaskContext) => unknown;

export interface TaskImplementation<Definition extends TaskDefinition = TaskDefinition> {
  readonly definition: Definition;
  readonly work: Work<z.output<Definition['input']>>;
}

/**
 * Gives a definition its work. A throw is an outcome, `failed`; only RetryableTaskError asks for another run.
 *
 * Work should leave nothing going on when it ends: no timer, no open request. What it leaves is ended with its
 * process, so that it cannot disturb the next task, and that one has to load everything anew.
 */
export function implementTask<Definition extends TaskDefinition>(
  definition: Definition,
  work: Work<z.output<Definition['input']>>,
): TaskImplementation<Definition> {
  return { definition, work };
}

/** Thrown by work that may succeed if run again; after the deployment's `maxRuns` runs it is a failure. */
export class RetryableTaskError extends Error {
  override readonly name = 'RetryableTaskError';
  /** The shortest wait before the next run, in seconds. */
  readonly afterSeconds: number | undefined;

  /** @param options.afterSeconds 0 to 43,200; default: 1 s, doubled with every run, up to a minute */
  constructor(message: string, options: ErrorOptions & { afterSeconds?: number } = {}) {
    super(message, options);
    this.afterSeconds = options.afterSeconds;
  }
}
