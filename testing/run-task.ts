import { endOfResult } from '../lambda/run/work-end.ts';
import type { TaskDefinition } from '../lambda/task/define-task.ts';
import type { Run, TaskContext, TaskLogger, TaskModule } from '../lambda/task/run.ts';

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

/**
 * Runs a task once, in this process, as a deployment would: parses the input with the task's schema, passes a context,
 * aborts `signal` when the definition's `timeout` has passed, and returns the result as a callback would carry it.
 *
 * @returns the result, after it was written and read as JSON
 * @throws TypeError if the input does not fit the schema, or the result cannot be stored; else what the work throws
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
    const issues = parsed.issues.map(({ path = [], message }) => `${path.join('.') || 'input'}: ${message}`);
    throw new TypeError(`the input does not fit the task's schema: ${issues.join('; ')}`);
  }
  const timeLimit = new AbortController();
  const timer =
    definition.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => timeLimit.abort(), definition.timeoutSeconds * 1000);
  try {
    const end = endOfResult(await run(parsed.value as never, contextOf(options, timeLimit.signal)));
    if (end.kind === 'completed') return JSON.parse(end.resultJson);
    throw new TypeError(end.error.message);
  } finally {
    clearTimeout(timer);
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
      const value = secrets[name];
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
