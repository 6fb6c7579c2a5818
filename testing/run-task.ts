import type { FailureType } from '../lambda/contract/failure-types.ts';
import { issueBudget, issuesIn } from '../lambda/http/issues.ts';
import { endOfResult } from '../lambda/run/work-end.ts';
import type { TaskDefinition } from '../lambda/task/define-task.ts';
import type { TaskContext, TaskLogger, TaskModule } from '../lambda/task/run.ts';

/** A line that the work logged. */
export interface LoggedLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RunTaskOptions {
  /**
   * Values that `context.secret(name)` returns.
   *
   * @default - none: `secret` throws
   */
  readonly secrets?: Readonly<Record<string, string>>;

  /**
   * Number of the run, from 1.
   *
   * @default 1
   */
  readonly run?: number;

  /**
   * @default 00000000-0000-4000-8000-000000000000
   */
  readonly taskId?: string;

  /**
   * @default - none: no callback is owed
   */
  readonly callbackUrl?: string;

  /**
   * Called with each line that the work logs.
   *
   * @default - lines are dropped
   */
  readonly onLog?: (line: LoggedLine) => void;
}

/** How long work may take to end after `signal` aborted, as in a deployment, in milliseconds. */
const GRACE_MS = 500;

/**
 * Runs a task once, in this process, as a deployment would: parses the input with the task's schema, passes a context,
 * aborts `signal` when the definition's `timeout` has passed, and returns the result as a callback would carry it.
 *
 * @returns the result, after it was written and read as JSON
 * @throws TypeError if the input does not fit the schema, or the result cannot be stored; Error with the name `Timeout`
 * if the work did not end within the definition's `timeout`; else what the work throws
 * @example
 * import * as greet from '../tasks/greet.ts';
 * expect(await runTask(greet, { name: 'Ada' })).toEqual({ greeting: 'Hello, Ada' });
 */
export async function runTask<Definition extends TaskDefinition>(
  task: Required<TaskModule<Definition>>,
  input?: unknown,
  options: RunTaskOptions = {},
): Promise<unknown> {
  const { definition, run } = task;
  const parsed = await definition.input['~standard'].validate(input);
  if (parsed.issues !== undefined) {
    const issues = issuesIn(definition.input, input, ['input'], issueBudget());
    const lines = issues.map(({ path, message }) => `${path}: ${message}`);
    throw new TypeError(`the input does not fit the task's schema: ${lines.join('; ')}`);
  }
  const result = await withinLimit(
    definition.timeoutSeconds,
    async (signal) => await run(parsed.value as never, contextOf(options, signal)),
  );
  const end = endOfResult(result);
  if (end.kind === 'completed') return JSON.parse(end.resultJson);
  throw new TypeError(end.error.message);
}

/** @throws Error with the name `Timeout` if the work has not ended in time, whatever it does then */
async function withinLimit(
  limitSeconds: number | undefined,
  work: (signal: AbortSignal) => Promise<unknown>,
): Promise<unknown> {
  const abortion = new AbortController();
  const { signal } = abortion;
  if (limitSeconds === undefined) return await work(signal);
  const limitMs = limitSeconds * 1_000;
  const timers = [
    setTimeout(() => abortion.abort(new Error('the time limit of the task has passed')), limitMs),
  ];
  const overdue = new Promise<never>((_resolve, reject) => {
    timers.push(setTimeout(() => reject(signal.reason), limitMs + GRACE_MS));
  });
  try {
    const result = await Promise.race([work(signal), overdue]);
    signal.throwIfAborted();
    return result;
  } catch (thrown) {
    throw signal.aborted ? new Timeout(limitSeconds) : thrown;
  } finally {
    timers.forEach(clearTimeout);
  }
}

class Timeout extends Error {
  override readonly name = 'Timeout' satisfies FailureType;

  constructor(limitSeconds: number) {
    super(`the task did not finish within ${limitSeconds} s`);
  }
}

function contextOf(options: RunTaskOptions, signal: AbortSignal): TaskContext {
  const { secrets = {}, run = 1, taskId = '00000000-0000-4000-8000-000000000000', callbackUrl } = options;
  return {
    taskId,
    run,
    signal,
    logger: loggerFor(options),
    resultUrl: `https://api.example/api/tasks/${taskId}/result`,
    callbackUrl,
    async secret(name) {
      const value = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
      if (value !== undefined) return value;
      throw new Error(
        `There is no secret ${JSON.stringify(name)}; pass it as runTask(task, input, { secrets: { ${name}: '…' } }).`,
      );
    },
  };
}

function loggerFor({ onLog = () => {} }: RunTaskOptions): TaskLogger {
  const log =
    (level: LoggedLine['level']) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      onLog({ level, message, fields });
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
