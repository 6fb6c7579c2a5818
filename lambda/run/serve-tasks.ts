import { parentPort } from 'node:worker_threads';
import type { TaskImplementation, TaskLogger } from '../tasks/implement-task.ts';
import type { FromThread, Job, LogLevel, ToThread, WorkEnd } from './thread-protocol.ts';
import { endOfResult, endOfThrow } from './work-end.ts';

/** The work of tasks by their names. */
export type Implementations = Readonly<Record<string, TaskImplementation>>;

/**
 * Makes this worker thread run tasks, one at a time, as the run function asks for them.
 *
 * @throws Error where this is no worker thread
 */
export function serveTasks(implementations: Implementations): void {
  const port = parentPort;
  if (port === null) throw new Error('tasks are run in a worker thread, which the run function starts');
  const say: Say = (message) => port.postMessage(message);
  const openAtStart = openResources();
  let abortion = new AbortController();

  port.on('message', async (message: ToThread) => {
    if (message.kind === 'abort') return abortion.abort(new Error('the time limit of the task has passed'));
    abortion = new AbortController();
    const end = await perform(implementations, message.job, abortion.signal, say);
    say({ kind: 'end', end, leftNothing: isWithin(openResources(), openAtStart) });
  });
  say({ kind: 'ready' });
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

type Say = (message: FromThread) => void;

async function perform(
  implementations: Implementations,
  job: Job,
  signal: AbortSignal,
  say: Say,
): Promise<WorkEnd> {
  const { taskName, taskId, run, inputJson, resultUrl } = job;
  try {
    const implementation = Object.hasOwn(implementations, taskName) ? implementations[taskName] : undefined;
    if (implementation === undefined) {
      return {
        kind: 'failed',
        error: { type: 'UnknownTask', message: `no work is deployed for ${taskName}` },
      };
    }
    const { definition, work } = implementation;
    const input = definition.input.safeParse(inputJson === undefined ? undefined : JSON.parse(inputJson));
    if (!input.success) {
      return {
        kind: 'failed',
        error: { type: 'InvalidInput', message: 'the input no longer fits the schema of the deployed task' },
      };
    }
    const context = { taskId, run, signal, logger: loggerFor(job, say), resultUrl };
    return endOfResult(await work(input.data, context));
  } catch (thrown) {
    return endOfThrow(thrown);
  }
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
        // Fields that cannot be cloned (functions, sockets) must not fail the work that logs them.
        say({ kind: 'log', level, message: String(message), fields: ids });
      }
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
