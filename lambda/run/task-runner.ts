import { type ChildProcess, fork } from 'node:child_process';
import type { FailureType } from '../contract/failure-types.ts';
import type { TaskFailure } from '../ledger/entry.ts';
import { LoggableError } from '../loggable-error.ts';
import { loadFailure, MAX_LOAD_MS, MIN_LOAD_MS } from './load-failure.ts';
import {
  type FromProcess,
  type Job,
  LEFT_BEHIND_EXIT_CODE,
  type LogLevel,
  type ToProcess,
  type WorkEnd,
} from './process-protocol.ts';

/** How a run ended: the work's own end, or that its time was up. */
export type RunEnd = WorkEnd | { readonly kind: 'timeout'; readonly error: TaskFailure };

export interface RunLimits {
  /** How long the task's work may take, in milliseconds. */
  readonly limitMs: number;
  /** What the invocation has for it in all, in milliseconds: also for the start of a process, if there is none. */
  readonly leftMs: number;
}

/** Runs a task's work within its limits. Rejects only where the process cannot be started. */
export type TaskRunner = (job: Job, limits: RunLimits) => Promise<RunEnd>;

export interface TaskRunnerOptions {
  /** The program that serves the tasks. */
  readonly processFile: string;
  /** Heap that the work may use, in MiB; past it its process alone dies, not the function. */
  readonly heapMb: number;
  readonly onLog: (level: LogLevel, message: string, fields: object) => void;
}

/** How long work that heeds its signal has to wind up before its process is ended, in milliseconds. */
const GRACE_MS = 500;

/**
 * A runner that keeps one process for run after run as long as it behaves, and has it ready before the first run.
 * A process whose work overstays its time, dies, or leaves something going on that could disturb the next task is
 * ended, and a new one is started at once for the next run.
 *
 * A process and not a worker thread: V8 ends the whole process when a thread of it asks for a large piece of
 * memory beyond its limit, and with it the stage that was to store the outcome.
 */
export function taskRunner(options: TaskRunnerOptions): TaskRunner {
  let ready: Promise<ChildProcess> | undefined = startedAhead(options);
  /** Processes that have run a task: what ends them need not be the task that runs then. */
  const used = new WeakSet<ChildProcess>();

  const run: TaskRunner = async (job, { limitMs, leftMs }) => {
    const calledAtMs = performance.now();
    // Taken before it is waited for: a run that outlives its invocation must not share its process with the next.
    const taken = ready ?? startedAhead(options);
    ready = undefined;
    const child = await stillAlive(taken, options);
    // The start of a process and the loading of a module take from what the invocation has to spare, and only then
    // from the work.
    const invocationLeftMs = () => Math.max(0, Math.floor(leftMs - (performance.now() - calledAtMs)));
    const workMs = () => Math.min(limitMs, invocationLeftMs());
    if (invocationLeftMs() === 0) {
      // Work that starts now could have effects that no later run knows of.
      ready = Promise.resolve(child);
      return timeout(0);
    }
    const loadMs = Math.min(MAX_LOAD_MS, invocationLeftMs());
    const { end, leftNothing } = await runIn(
      child,
      job,
      { loadMs, workMs, isUsed: used.has(child) },
      options,
    );
    used.add(child);
    if (leftNothing) {
      child.unref();
      child.channel?.unref();
      ready = Promise.resolve(child);
    } else {
      child.kill('SIGKILL');
      ready = startedAhead(options);
    }
    return end ?? (await runAgain(job, { limitMs, leftMs: invocationLeftMs() }));
  };

  /**
   * Runs a task whose process was ended by an earlier task, or may have been. In a new process whatever happens is its
   * own doing, so this happens at most once.
   */
  const runAgain: TaskRunner = async (job, limits) => {
    const { taskName: task_name, taskId: task_id, run: runNumber } = job;
    const reason = 'an earlier task may have ended its process';
    options.onLog('warn', 'task runs again in a new process', { task_id, task_name, run: runNumber, reason });
    return limits.leftMs < limits.limitMs ? interrupted() : await run(job, limits);
  };

  return run;
}

/** A process for a run to come. One that cannot be started fails the run that needs it, not what goes on meanwhile. */
function startedAhead(options: TaskRunnerOptions): Promise<ChildProcess> {
  const ready = started(options);
  ready.catch(() => {});
  return ready;
}

/** A process that died while it was idle has no run to fail: another takes its place. */
async function stillAlive(ready: Promise<ChildProcess>, options: TaskRunnerOptions): Promise<ChildProcess> {
  const child = await ready.catch(() => undefined);
  return child?.connected === true ? child : await started(options);
}

/** Starts the process and waits until everything is loaded. */
async function started({ processFile, heapMb, onLog }: TaskRunnerOptions): Promise<ChildProcess> {
  const child = fork(processFile, [], {
    execArgv: [`--max-old-space-size=${heapMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // What tasks print goes where the function's own output goes, which need not be this process's stdout.
  child.stdout?.on('data', (chunk) => process.stdout.write(chunk));
  child.stderr?.on('data', (chunk) => process.stderr.write(chunk));

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.once('message', () => resolve()); // the first message is `ready`
  child.once('error', reject);
  child.once('exit', (code, signal) =>
    reject(new LoggableError(`the task process ended with ${signal ?? code} while it was loading`)),
  );
  await promise;
  child.removeAllListeners('exit').removeAllListeners('error');
  // Also while no task runs: what a task left behind may break then.
  child.on('message', (message: FromProcess) => {
    if (message.kind === 'log') onLog(message.level, message.message, message.fields);
  });
  // Its death is told by `exit`; a message that finds it dead already is no news.
  child.on('error', () => {});
  return child;
}

interface EndOfRun {
  /** Undefined if an earlier task ended the process, or may have. */
  readonly end: RunEnd | undefined;
  /** Whether the process can serve another run. */
  readonly leftNothing: boolean;
}

interface RunConditions {
  /** How long the task's module may take to load, in milliseconds. */
  readonly loadMs: number;
  /** Returns how long its work may take from now on, in milliseconds. */
  readonly workMs: () => number;
  /** Whether the process has run a task before. */
  readonly isUsed: boolean;
}

/** Runs one job in the process: first its module loads, then its work runs, each within a limit of its own. */
async function runIn(
  child: ChildProcess,
  job: Job,
  { loadMs, workMs, isUsed }: RunConditions,
  { heapMb, onLog }: TaskRunnerOptions,
): Promise<EndOfRun> {
  const ended = Promise.withResolvers<EndOfRun>();
  const send = (message: ToProcess) => child.send(message, () => {});
  const failToLoad = (what: string) => {
    const { taskName: task_name, taskId: task_id, run } = job;
    onLog('error', 'task failed to load', { task_id, task_name, run, reason: what });
    ended.resolve({ end: loadFailure(task_name, what), leftNothing: false });
  };
  let isLoaded = false;
  let timedOutMs: number | undefined;
  const onLoadLimit = () => {
    if (loadMs >= MIN_LOAD_MS) failToLoad(`did not finish loading within ${loadMs / 1000} s`);
    else ended.resolve({ end: timeout(loadMs), leftNothing: false });
  };
  let timers = [setTimeout(onLoadLimit, loadMs)];
  const stopTimers = () => timers.forEach(clearTimeout);

  const onLoaded = () => {
    isLoaded = true;
    stopTimers();
    const limitMs = workMs();
    const onLimit = () => {
      timedOutMs = limitMs;
      send({ kind: 'abort' });
    };
    const onGraceOver = () => ended.resolve({ end: timeout(limitMs), leftNothing: false });
    timers = [setTimeout(onLimit, limitMs), setTimeout(onGraceOver, limitMs + GRACE_MS)];
  };
  const onMessage = (message: FromProcess) => {
    if (message.kind === 'loaded') onLoaded();
    if (message.kind === 'end') {
      const end = timedOutMs === undefined ? message.end : timeout(timedOutMs);
      ended.resolve({ end, leftNothing: message.leftNothing });
    }
  };
  const onExit = (code: number | null, signal: string | null) => {
    if (timedOutMs !== undefined) return ended.resolve({ end: timeout(timedOutMs), leftNothing: false });
    // A signal does not name its cause, such as memory that an earlier task still holds.
    if (code === LEFT_BEHIND_EXIT_CODE || (signal !== null && isUsed))
      return ended.resolve({ end: undefined, leftNothing: false });
    if (signal === 'SIGABRT') return ended.resolve({ end: outOfMemory(heapMb), leftNothing: false });
    if (!isLoaded) return failToLoad(`ended its process (${signal ?? code}) while it was loading`);
    ended.resolve({ end: exited(signal ?? code), leftNothing: false });
  };
  child.on('message', onMessage).once('exit', onExit);
  child.ref();
  child.channel?.ref();
  send({ kind: 'run', job });

  try {
    return await ended.promise;
  } finally {
    stopTimers();
    child.off('message', onMessage).off('exit', onExit);
  }
}

function timeout(limitMs: number): RunEnd {
  const message = `the task did not finish within ${limitMs / 1000} s`;
  return { kind: 'timeout', error: { type: 'Timeout' satisfies FailureType, message } };
}

/** V8 aborts a process whose heap is full. */
function outOfMemory(heapMb: number): WorkEnd {
  const message = `the task used more than the ${heapMb} MiB of heap that it may; raise runMemory or use less`;
  return { kind: 'failed', error: { type: 'OutOfMemory' satisfies FailureType, message } };
}

/** The task may run again at once: that its process ended was most likely not its own doing. */
function interrupted(): WorkEnd {
  const message =
    'the process of the task ended before it had a result, because of an earlier task or of its memory';
  return { kind: 'retry', error: { type: 'ProcessExited' satisfies FailureType, message }, afterSeconds: 0 };
}

function exited(how: string | number | null): WorkEnd {
  const message = `the task ended its process (${how}) before it had a result`;
  return { kind: 'failed', error: { type: 'ProcessExited' satisfies FailureType, message } };
}
