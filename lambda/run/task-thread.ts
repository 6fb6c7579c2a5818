/**
 * The worker thread in which the work of tasks runs, one run at a time. It is a thread, so that work which
 * ignores its signal can be ended, and one of its own, so that no task shares memory with the stage.
 */
import { parentPort } from 'node:worker_threads';
import { functions } from '../tasks/functions.ts';
import type { TaskImplementation, TaskLogger } from '../tasks/implement-task.ts';
import type { FromThread, Job, LogLevel, ToThread, WorkEnd } from './thread-protocol.ts';
import { endOfResult, endOfThrow } from './work-end.ts';

const port = parentPort;
if (port === null) throw new Error('task-thread is started by the run function, as a worker thread');

const say = (message: FromThread) => port.postMessage(message);
const implementations: Readonly<Record<string, TaskImplementation>> = functions as never;

let abortion = new AbortController();

port.on('message', async (message: ToThread) => {
  if (message.kind === 'abort') return abortion.abort(new Error('the time limit of the task has passed'));
  abortion = new AbortController();
  say({ kind: 'end', end: await perform(message.job, abortion.signal) });
});

say({ kind: 'ready' });

async function perform(job: Job, signal: AbortSignal): Promise<WorkEnd> {
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
    return endOfResult(await work(input.data, { taskId, run, signal, logger: loggerFor(job), resultUrl }));
  } catch (thrown) {
    return endOfThrow(thrown);
  }
}

/** Lines go to the stage, which writes them: in order, and before the invocation ends. */
function loggerFor({ taskId, taskName, run }: Job): TaskLogger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      const line = { ...fields, task_id: taskId, task_name: taskName, run };
      try {
        say({ kind: 'log', level, message: String(message), fields: line });
      } catch {
        // Fields that cannot be cloned (functions, sockets) must not fail the work that logs them.
        say({
          kind: 'log',
          level,
          message: String(message),
          fields: { task_id: taskId, task_name: taskName, run },
        });
      }
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
