import { channel } from 'node:diagnostics_channel';
import { Worker } from 'node:worker_threads';
import * as z from 'zod/mini';
import type { FailureType } from '../contract/failure-types.ts';
import type { TaskImplementation, TaskLogger } from '../tasks/implement-task.ts';
import type { FromProcess, Job, LogLevel, ToProcess, WorkEnd } from './process-protocol.ts';
import { describeFailure, endOfResult, endOfThrow } from './work-end.ts';

/**
 * Who debugs work hears here what it threw, as `{ job, end, thrown }`. Deployed, nobody listens: that may be content,
 * and no log gets it.
 */
const FAILURES = channel('callback-completion:work-failed');

/** The work of tasks by their names. */
export type Implementations = Readonly<Record<string, TaskImplementation>>;

/**
 * Makes this process run tasks, one at a time, as the run function asks for them.
 *
 * @throws Error where nobody asks: this process was not forked
 */
export function serveTasks(implementations: Implementations): void {
  if (process.send === undefined) throw new Error('tasks are run in a process that the run function starts');
  const say: Say = (message, sent = () => {}) => process.send?.(message, sent);
  endWithParent();
  const openAtStart = openResources();
  let abortion = new AbortController();
  let currentJob: Job | undefined;

  process.on('message', async (message: ToProcess) => {
    if (message.kind === 'abort') return abortion.abort(new Error('the time limit of the task has passed'));
    abortion = new AbortController();
    currentJob = message.job;
    const end = await perform(implementations, message.job, abortion.signal, say);
    say({ kind: 'end', end, leftNothing: isWithin(openResources(), openAtStart) });
  });
  process.on('uncaughtException', (thrown) => {
    const { type, message } = describeFailure(thrown);
    const error = { type, message: `an error outside of the task's promise ended its process: ${message}` };
    const end = toldIfFailed(currentJob, { kind: 'failed', error }, thrown);
    say({ kind: 'end', end, leftNothing: false }, () => process.exit(1));
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

type Say = (message: FromProcess, sent?: () => void) => void;

async function perform(
  implementations: Implementations,
  job: Job,
  signal: AbortSignal,
  say: Say,
): Promise<WorkEnd> {
  const { taskName, taskId, run, inputJson, resultUrl, callbackUrl } = job;
  try {
    const implementation = Object.hasOwn(implementations, taskName) ? implementations[taskName] : undefined;
    if (implementation === undefined) {
      return {
        kind: 'failed',
        error: { type: 'UnknownTask' satisfies FailureType, message: `no work is deployed for ${taskName}` },
      };
    }
    const { definition, work } = implementation;
    const input = z.safeParse(definition.input, inputJson === undefined ? undefined : JSON.parse(inputJson));
    if (!input.success) {
      return {
        kind: 'failed',
        error: {
          type: 'InvalidInput' satisfies FailureType,
          message: 'the input no longer fits the schema of the deployed task',
        },
      };
    }
    const context = { taskId, run, signal, logger: loggerFor(job, say), resultUrl, callbackUrl };
    return toldIfFailed(job, endOfResult(await work(input.data, context)));
  } catch (thrown) {
    return toldIfFailed(job, endOfThrow(thrown), thrown);
  }
}

function toldIfFailed(job: Job | undefined, end: WorkEnd, thrown?: unknown): WorkEnd {
  if (end.kind !== 'completed') FAILURES.publish({ job, end, thrown });
  return end;
}

/** Lines go to the stage, which writes them: in order, and before the invocation ends. */
function loggerFor({ taskId, taskName, run }: Job, say: Say): TaskLogger {
  const ids = { task_id: taskId, task_name: taskName, run };
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
