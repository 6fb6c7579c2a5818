import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppConfigError } from './app-config.ts';
import { banner } from './banner.ts';
import { LocalValueError, readEnvFile } from './env-file.ts';
import { NoPipelineError } from './find-pipelines.ts';
import type { LocalStack } from './local-stack.ts';
import { type Manner, narrate, narrateChange } from './narration.ts';
import { HELP, type Options, parseOptions, UsageError } from './options.ts';
import { PipelineChoiceError } from './select-pipelines.ts';
import { SourcePlaces } from './source-places.ts';
import { StateDirectory, StateDirectoryInUseError } from './state-directory.ts';
import { claimStateVersion, StateVersionError } from './state-version.ts';
import { SynthesisError, synthesize } from './synthesize.ts';
import { StartError, takePort } from './take-port.ts';
import type { Change } from './watch/watch.ts';

/** The process ends by then, whatever is still going on. */
const STOP_WITHIN_MS = 4_500;

/**
 * Has the processes that functions start tell what the work of tasks throws. The terminal is the developer's own; nobody
 * else who runs the stack asks for it, as that may be content.
 */
const TELL_WORK_FAILURES = {
  NODE_OPTIONS: `--require=${JSON.stringify(join(import.meta.dirname, 'work-failures.cjs'))}`,
};

/** What the user can put right is shown without a stack trace. */
const FOR_THE_USER = [
  AppConfigError,
  NoPipelineError,
  PipelineChoiceError,
  LocalValueError,
  UsageError,
  StartError,
  StateDirectoryInUseError,
  StateVersionError,
];

/**
 * The whole run, from the command line to the signal that ends it.
 *
 * @returns the process's exit code
 */
export async function runLocally(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  process.on('uncaughtException', (error) => {
    console.error(error);
    console.error('The local stack cannot go on. What was accepted is kept; start it again.');
    process.exit(1);
  });

  try {
    const options = parseOptions(args, env);
    if (options.help) {
      console.log(HELP);
      return 0;
    }
    const stack = await start(options, stopping.signal);
    await stopSignal(stopping.signal);
    console.log('\nStopping…');
    await Promise.race([stack.stop(), delay(STOP_WITHIN_MS)]);
    console.log(`Stopped. What was accepted is kept in ${options.stateDirectory}.`);
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    console.error(explain(error));
    return 1;
  }
}

async function start(options: Options, stopping: AbortSignal): Promise<LocalStack> {
  const startedMs = performance.now();
  const envFile = readEnvFile(options.envFile);
  const server = await takePort(options.port);
  const state = new StateDirectory(resolve(options.stateDirectory));
  const assemblyDirectory = state.file('cdk.out');
  try {
    claimStateVersion(state);
    // The engines load while the app is synthesized in a process of its own.
    const [{ startLocalStack }] = await Promise.all([
      import('./local-stack.ts'),
      synthesize({
        directory: assemblyDirectory,
        context: options.context,
        settings: localSettings(options),
        signal: stopping,
      }),
    ]);
    const colours = process.stdout.isTTY === true && process.stdout.hasColors() && !process.env.NO_COLOR;
    const manner: Manner = { colours, quiet: options.quiet };
    const places = new SourcePlaces();
    const narration = { ...manner, placesOf: (frames: readonly string[]) => places.of(frames) };
    // What is found unfinished runs at once; it is told below the banner.
    let early: string[] | undefined = [];
    const onLogLine = (line: string) => {
      const words = narrate(line, narration, new Date());
      if (words === undefined) return;
      if (early === undefined) console.log(words);
      else early.push(words);
    };
    const stack = await startLocalStack({
      assemblyDirectory,
      state,
      server,
      envFile,
      onLogLine,
      functionVariables: TELL_WORK_FAILURES,
    });
    const broken = await stack.brokenTasks();
    const seconds = (performance.now() - startedMs) / 1_000;
    console.log([banner({ ...stack, broken }, options, seconds), ...early].join('\n'));
    early = undefined;
    if (options.watch) await watch(stack, assemblyDirectory, manner);
    return stack;
  } catch (error) {
    state.release();
    throw error;
  }
}

/** Callbacks may go to this machine, whatever the app's props say. */
function localSettings({ context: { allowedCallbackCidrs } }: Options): Record<string, string> {
  return allowedCallbackCidrs === undefined ? {} : { allowedCallbackCidrs };
}

/** Until the process ends. */
async function watch(stack: LocalStack, assemblyDirectory: string, manner: Manner): Promise<void> {
  // Only now: without it the stack does not need esbuild.
  const { watchSources } = await import('./watch/watch.ts');
  const tell = (change: Change) => {
    const words = narrateChange(change, manner, new Date());
    if (words !== undefined) console.log(words);
  };
  watchSources({ stack, folder: join(assemblyDirectory, 'reloaded'), tell });
  console.log('  Watching tasks and lambda/: functions are reloaded when their sources change\n');
}

function explain(error: unknown): string {
  if (error instanceof SynthesisError) return `The app could not be synthesized:\n\n${error.message}`;
  if (FOR_THE_USER.some((type) => error instanceof type)) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function stopSignal(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
