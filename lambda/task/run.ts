import type * as z from 'zod/v4/core';
import type { ExternalTaskDefinition, TaskDefinition } from './define-task.ts';

/**
 * The work of a task: takes the parsed input and returns the result, a value that JSON can hold. A task file exports
 * it as `run`.
 *
 * A throw makes the outcome `failed`; throw `RetryableTaskError` to ask for another run. When the work ends, it should
 * have closed what it opened: a timer or an open request ends the work's process, and the next task has to load
 * everything again.
 *
 * @example
 * export const run: Run<typeof definition> = async ({ name }) => ({ greeting: `Hello, ${name}` });
 */
export type Run<Definition extends TaskDefinition> = Definition extends ExternalTaskDefinition
  ? never
  : (input: z.output<Definition['input']>, context: TaskContext) => unknown;

/** What a run gets in addition to its input. */
export interface TaskContext {
  /** The task's id. Use it with `run` as an idempotency key: a crash can run a task again after its work was done. */
  readonly taskId: string;
  /** Number of this run, from 1. */
  readonly run: number;
  /** Aborts when the time limit has passed. The work's process is killed shortly afterwards. */
  readonly signal: AbortSignal;
  /** Writes structured log lines that carry the task's id. Keep payloads and secrets out of them. */
  readonly logger: TaskLogger;
  /** URL from which the client that submitted the task can get the stored result. */
  readonly resultUrl: string;
  /** URL of the receiver: the request's, else the definition's. Undefined if no callback is owed. */
  readonly callbackUrl: string | undefined;
  /**
   * Returns a secret that `pipeline.work.addSecret(name, …)` made available. Loads it on first use and keeps it for
   * 5 minutes. Locally `.env` has its value.
   *
   * @throws Error if no secret has this name, or Secrets Manager does not return it
   */
  secret(name: string): Promise<string>;
}

export interface TaskLogger {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** What a task file exports. */
export interface TaskModule<Definition extends TaskDefinition = TaskDefinition> {
  readonly definition: Definition;
  readonly run?: Run<Definition>;
}
