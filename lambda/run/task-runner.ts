import { Worker } from 'node:worker_threads';
import type { TaskFailure } from '../ledger/entry.ts';
import type { FromThread, Job, LogLevel, ToThread, WorkEnd } from './thread-protocol.ts';
import { describeFailure } from './work-end.ts';

/** How a run ended: the work's own end, or that its time was up. */
export type RunEnd = WorkEnd | { readonly kind: 'timeout'; readonly error: TaskFailure };

/** Runs a task's work for at most so long. Rejects only where the thread cannot be started. */
export type TaskRunner = (job: Job, limitMs: number) => Promise<RunEnd>;

export interface TaskRunnerOptions {
  /** File or URL of the thread's code. */
  readonly threadFile: string | URL;
  /** Heap that the work may use, in MiB; past it the thread alone dies, not the function. */
  readonly heapMb: number;
  readonly onLog: (level: LogLevel, message: string, fields: object) => void;
}

/** How long work that heeds its signal has to wind up before its thread is ended, in milliseconds. */
const GRACE_MS = 500;

/**
 * A runner that keeps one thread for run after run as long as it behaves. A thread whose work overstays its time,
 * dies, or leaves something running that could disturb the next task is ended, and the next run gets a new one.
 */
export function taskRunner({ threadFile, heapMb, onLog }: TaskRunnerOptions): TaskRunner {
  let idle: Worker | undefined;

  const started = async (): Promise<Worker> => {
    const worker = new Worker(threadFile, { resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.once('message', () => resolve()); // the first message is `ready`
    worker.once('error', reject);
    worker.once('exit', (code) =>
      reject(new Error(`the task thread ended with ${code} while it was loading`)),
    );
    await promise;
    worker.removeAllListeners('error').removeAllListeners('exit');
    return worker;
  };

  /** An idle thread that dies (a stray timer that throws) is forgotten; it has no run to fail. */
  const rest = (worker: Worker) => {
    const forget = () => {
      if (idle === worker) idle = undefined;
    };
    worker.on('error', forget).on('exit', forget);
    worker.unref();
    idle = worker;
  };

  return async (job, limitMs) => {
    const worker = idle ?? (await started());
    idle = undefined;
    worker.removeAllListeners('error').removeAllListeners('exit');
    worker.ref();

    const ended = Promise.withResolvers<RunEnd>();
    let behaves = false;
    let timeIsUp = false;
    const tell = (message: ToThread) => worker.postMessage(message);
    const timeout = (): RunEnd => ({
      kind: 'timeout',
      error: { type: 'Timeout', message: `the task did not finish within ${limitMs / 1000} s` },
    });

    worker.on('message', (message: FromThread) => {
      if (message.kind === 'log') onLog(message.level, message.message, message.fields);
      if (message.kind !== 'end') return;
      behaves = message.leftNothing;
      ended.resolve(timeIsUp ? timeout() : message.end);
    });
    worker.on('error', (error: NodeJS.ErrnoException) =>
      ended.resolve(timeIsUp ? timeout() : died(error, heapMb)),
    );
    worker.on('exit', (code) => ended.resolve(timeIsUp ? timeout() : exited(code)));

    const limit = setTimeout(() => {
      timeIsUp = true;
      tell({ kind: 'abort' });
    }, limitMs);
    const end = setTimeout(() => ended.resolve(timeout()), limitMs + GRACE_MS);
    tell({ kind: 'run', job });

    const result = await ended.promise;
    clearTimeout(limit);
    clearTimeout(end);
    worker.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
    if (behaves) {
      rest(worker);
    } else {
      // What it left may throw until the very end; without a listener that would end the function.
      worker.on('error', () => {});
      await worker.terminate();
    }
    return result;
  };
}

function died(thrown: unknown, heapMb: number): RunEnd {
  if ((thrown as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const message = `the task used more than the ${heapMb} MiB of heap that it may; raise runMemory or use less`;
    return { kind: 'failed', error: { type: 'OutOfMemory', message } };
  }
  const { type, message } = describeFailure(thrown);
  const error = { type, message: `an error outside of the task's promise ended its thread: ${message}` };
  return { kind: 'failed', error };
}

function exited(code: number): RunEnd {
  return {
    kind: 'failed',
    error: {
      type: 'ThreadExited',
      message: `the task ended its thread with code ${code} before it had a result`,
    },
  };
}
