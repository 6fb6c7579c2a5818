import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FailureType } from '../contract/failure-types.ts';
import { faultFields } from '../fault-fields.ts';
import { asError } from '../loggable-error.ts';
import type { TaskContext, TaskLogger, TaskModule } from '../task/run.ts';
import { loadFailure, loadFault } from './load-failure.ts';
import {
  type FromProcess,
  type Job,
  LEFT_BEHIND_EXIT_CODE,
  type LogLevel,
  type ToProcess,
  type WorkEnd,
} from './process-protocol.ts';
import { describeFailure, endOfResult, endOfThrow } from './work-end.ts';

/**
 * Publishes what work throws, as `{ job, end, thrown }`, to whoever debugs it. On AWS nothing subscribes: what is
 * thrown may contain a payload, which no log may hold.
 */
const FAILURES = channel('callback-completion:work-failed');

/** Where the process finds tasks and secrets. */
export interface TaskSources {
  /** Loads a task's module; undefined if no task with work of its own has this name. */
  readonly load: (name: string) => Promise<TaskModule | undefined>;
  readonly secret: TaskContext['secret'];
}

/**
 * Makes this process run tasks, one at a time, when the run function asks.
 *
 * @throws Error if this process was not forked
 */
export function serveTasks(sources: TaskSources): void {
  if (process.send === undefined) throw new Error('tasks are run in a process that the run function starts');
  const say: Say = (message, sent = () => {}) => process.send?.(message, sent);
  endWithParent();
  /** Everything that a run starts, such as a timer, belongs to its job for as long as it exists. */
  const owners = new AsyncLocalStorage<Job>();
  let runsBegun = 0;
  let openBefore = openResources();
  let abortion = new AbortController();
  let current: { readonly job: Job; isLoaded: boolean } | undefined;

  /** Whether what happens now is the current run's doing. In the first run of a process, everything is. */
  const isOfCurrentRun = () =>
    current !== undefined &&
    (owners.getStore() ?? (runsBegun === 1 ? current.job : undefined)) === current.job;

  const serve = async (running: NonNullable<typeof current>): Promise<FromProcess> => {
    const { job } = running;
    const loaded = await loadTask(sources, job, say);
    if ('end' in loaded) return { kind: 'end', ...loaded };
    // What a module opens while it loads, such as a pool of connections, is not left behind by a run.
    openBefore = atLeast(openBefore, openResources());
    running.isLoaded = true;
    say({ kind: 'loaded' });
    const end = await perform(loaded.module, job, { signal: abortion.signal, secret: sources.secret }, say);
    // An answer that was just read gives its socket back in this turn of the event loop, as fetch does.
    await setImmediate();
    return { kind: 'end', end, leftNothing: isWithin(openResources(), openBefore) };
  };

  process.on('message', async (message: ToProcess) => {
    if (message.kind === 'abort') return abortion.abort(new Error('the time limit of the task has passed'));
    abortion = new AbortController();
    const running = { job: message.job, isLoaded: false };
    current = running;
    runsBegun += 1;
    const end = await owners.run(message.job, () => serve(running));
    current = undefined;
    say(end);
  });
  process.on('uncaughtException', (thrown) => {
    if (current === undefined || !isOfCurrentRun()) {
      return reportLeftBehind(owners.getStore(), thrown, (line) =>
        say(line, () => process.exit(LEFT_BEHIND_EXIT_CODE)),
      );
    }
    const { job, isLoaded } = current;
    const end = isLoaded ? stray(job, thrown) : failedToLoad(job, thrown, say);
    say({ kind: 'end', end, leftNothing: false }, () => process.exit(1));
  });
  process.on('exit', () => {
    if (!isOfCurrentRun()) process.exitCode = LEFT_BEHIND_EXIT_CODE;
  });
  say({ kind: 'ready' });
}

/**
 * Nobody may be left running when the function is gone, be it killed. An idle process hears of it; one that is
 * caught in a loop does not, hence the thread that watches over it.
 */
function endWithParent(): void {
  process.on('disconnect', () => process.exit());
  const watch = `
    setInterval(() => { if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL'); }, 500);
  `;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}

/** How many resources of each kind keep the event loop going: timers, sockets, requests. */
function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function isWithin(counts: ReadonlyMap<string, number>, limits: ReadonlyMap<string, number>): boolean {
  return [...counts].every(([kind, count]) => count <= (limits.get(kind) ?? 0));
}

function atLeast(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const kinds = new Set([...a.keys(), ...b.keys()]);
  return new Map([...kinds].map((kind) => [kind, Math.max(a.get(kind) ?? 0, b.get(kind) ?? 0)]));
}

type Say = (message: FromProcess, sent?: () => void) => void;

type LoadedTask =
  | { readonly module: Required<TaskModule> }
  | { readonly end: WorkEnd; readonly leftNothing: boolean };

/** Returns the job's module, or the failure that is the job's outcome. */
async function loadTask({ load }: TaskSources, job: Job, say: Say): Promise<LoadedTask> {
  try {
    const { definition, run } = (await load(job.taskName)) ?? {};
    if (definition !== undefined && run !== undefined) return { module: { definition, run } };
    const error = {
      type: 'UnknownTask' satisfies FailureType,
      message: `no work is deployed for ${job.taskName}`,
    };
    return { end: { kind: 'failed', error }, leftNothing: true };
  } catch (thrown) {
    // Node would answer the next import of the module with the same error, and half of it may be running.
    return { end: failedToLoad(job, thrown, say), leftNothing: false };
  }
}

/** The operator's log gets the cause and its place; the caller learns only that the task does not load. */
function failedToLoad(job: Job, thrown: unknown, say: Say) {
  const error = loadFault(asError(thrown));
  say({ kind: 'log', level: 'error', message: 'task failed to load', fields: { ...idsOf(job), error } });
  return publishIfFailed(job, loadFailure(job.taskName, 'threw an error while it was loading'), thrown);
}

/** The operator's log gets the class and place of an error of a run that has ended. Its message may contain an input. */
function reportLeftBehind(job: Job | undefined, thrown: unknown, say: Say): void {
  stray(job, thrown);
  const fields = { ...(job !== undefined && idsOf(job)), error: faultFields(asError(thrown)) };
  say({ kind: 'log', level: 'error', message: 'task left an error behind', fields });
}

/** An error that no promise of the task caught. */
function stray(job: Job | undefined, thrown: unknown): WorkEnd {
  const { type, message } = describeFailure(thrown);
  const error = { type, message: `an error outside of the task's promise ended its process: ${message}` };
  return publishIfFailed(job, { kind: 'failed', error }, thrown);
}

async function perform(
  { definition, run }: Required<TaskModule>,
  job: Job,
  given: Pick<TaskContext, 'signal' | 'secret'>,
  say: Say,
): Promise<WorkEnd> {
  const { taskId, run: runNumber, inputJson, resultUrl, callbackUrl } = job;
  try {
    // The schema's own copy of zod checks, whichever version of it the task was built with.
    const input = await definition.input['~standard'].validate(
      inputJson === undefined ? undefined : JSON.parse(inputJson),
    );
    if (input.issues !== undefined) {
      return {
        kind: 'failed',
        error: {
          type: 'InvalidInput' satisfies FailureType,
          message: 'the input no longer fits the schema of the deployed task',
        },
      };
    }
    const logger = loggerFor(job, say);
    const context = { taskId, run: runNumber, logger, resultUrl, callbackUrl, ...given };
    return publishIfFailed(job, endOfResult(await run(input.value, context)));
  } catch (thrown) {
    return publishIfFailed(job, endOfThrow(thrown), thrown);
  }
}

function publishIfFailed<End extends WorkEnd>(job: Job | undefined, end: End, thrown?: unknown): End {
  if (end.kind !== 'completed') FAILURES.publish({ job, end, thrown });
  return end;
}

/** Lines go to the stage, which writes them: in order, and before the invocation ends. */
function loggerFor(job: Job, say: Say): TaskLogger {
  const ids = idsOf(job);
  const log =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      try {
        say({ kind: 'log', level, message: String(message), fields: { ...fields, ...ids } });
      } catch {
        // Fields that cannot be written as JSON must not fail the work that logs them.
        say({ kind: 'log', level, message: String(message), fields: ids });
      }
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

function idsOf({ taskId, taskName, run }: Job) {
  return { task_id: taskId, task_name: taskName, run };
}
