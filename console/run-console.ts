import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findTasks } from '../lib/build/find-tasks.ts';
import { readDefinitions } from '../lib/build/read-definitions.ts';
import type { TaskSummary } from '../lib/build/task-summary.ts';
import { UsageError } from '../local/user-error.ts';
import { explain } from '../ops/fault.ts';
import { awsTarget, outputsTarget } from '../ops/target.ts';
import { printable } from '../ops/terminal.ts';
import { overview } from './api/overview.ts';
import { awsDesk } from './aws-desk.ts';
import { type ConsoleOptions, HELP, parseConsoleOptions } from './options.ts';
import { serveConsole } from './server.ts';

/** After so long without an end it is told what is waited for. */
const PATIENCE_MS = 1_000;
const STILL_ENDING =
  'Ending what goes on; a redrive lets go of its dead letters. Ctrl-C once more ends at once: they are back within five minutes then.';

/**
 * Shows a stack on AWS in the operator's browser. The console keeps the process alive until a signal ends it.
 *
 * @param args what follows `console`
 * @returns the process's exit code
 */
export async function runConsole(args: readonly string[]): Promise<number> {
  try {
    const options = parseConsoleOptions(args);
    if (options.help) console.log(HELP);
    else await show(options);
    return 0;
  } catch (error) {
    console.error(explain(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function show({ stack, outputs, pipeline, port }: ConsoleOptions): Promise<void> {
  const target =
    outputs === undefined
      ? await awsTarget(stack ?? '', pipeline)
      : outputsTarget(outputs, { stack, pipeline });
  const desk = awsDesk(target, await tasksOfApp());
  // Wrong credentials or a wrong region are better told here than on a page.
  await overview(desk);
  const { url, token, stop } = await serveConsole(desk, port);
  console.log(`The console of ${target.name}, until Ctrl-C:\n\n  ${url}/#token=${token}\n`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end(stop));
}

/**
 * The form offers the tasks in the folder `tasks/` of the app in the current folder. Without that folder, or if a task
 * has an error, the operator types the name.
 */
async function tasksOfApp(): Promise<readonly TaskSummary[]> {
  const folder = resolve('tasks');
  if (!existsSync(folder)) return [];
  try {
    return await readDefinitions(findTasks([folder]));
  } catch (error) {
    console.error(`The form offers no tasks: ${printable((error as Error).message)}`);
    return [];
  }
}

async function end(stop: () => Promise<void>): Promise<void> {
  const told = setTimeout(() => console.error(STILL_ENDING), PATIENCE_MS);
  await stop();
  clearTimeout(told);
}
