/**
 * Loaded ahead of the bundle into the process of the work, by `npm start` alone: tells what work throws, whole. It is
 * CommonJS as it stands because the process starts no later for it; as TypeScript it would need twice its time.
 */
const { channel } = require('node:diagnostics_channel');
const { isMainThread } = require('node:worker_threads');

const MOST_CAUSES = 3;

// What the work itself starts is no process of work. (The function that starts the work's is a worker thread.)
if (isMainThread) delete process.env.NODE_OPTIONS;

channel('callback-completion:work-failed').subscribe((failure) => {
  try {
    process.stdout.write(`${JSON.stringify(lineOf(failure))}\n`);
  } catch {
    // Not every error can be read; the step's own line tells that there was one.
  }
});

function lineOf({ job, end, thrown }) {
  const again = end.kind === 'retry';
  return {
    level: again ? 'WARN' : 'ERROR',
    message: again ? 'work asks for another run' : 'work failed',
    task_id: job?.taskId,
    // Callers are given no details of a module that does not load. The developer needs them.
    error:
      end.error.type === 'TaskLoadError' && thrown instanceof Error
        ? namedMessage(thrown)
        : namedMessage(end.error),
    trace: framesOf(thrown),
    causes: causesOf(thrown),
  };
}

function namedMessage({ name, type, message }) {
  return { name: String(type ?? name), message: String(message) };
}

function causesOf(thrown) {
  const causes = [];
  for (let error = thrown?.cause; error instanceof Error; error = error.cause) {
    if (causes.length === MOST_CAUSES) break;
    causes.push({ name: String(error.name), message: String(error.message), trace: framesOf(error) });
  }
  return causes;
}

function framesOf(thrown) {
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return [];
  return thrown.stack.split('\n').filter((line) => /^\s+at /.test(line));
}
