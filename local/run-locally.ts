import { existsSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { IS_PACKAGE, programFile } from '../package/files.ts';
import { readAppConfig } from './app-config.ts';
import { banner } from './banner.ts';
import { readEnvFile } from './env-file.ts';
import type { LocalApp } from './local-app.ts';
import { type Manner, type NarrationSettings, narrate, narrateChange } from './narration.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import { printedProgress } from './progress.ts';
import { shortName } from './select-pipelines.ts';
import { SourcePlaces } from './source-places.ts';
import { StateDirectory } from './state-directory.ts';
import { claimStateVersion } from './state-version.ts';
import { takeNextPorts, takePort } from './take-port.ts';
import { UsageError, UserError } from './user-error.ts';
import type { Change } from './watch/watch.ts';

/** The process ends by then, whatever is still going on. */
const STOP_WITHIN_MS = 4_500;

/** Time between two looks at whether npm's shell still runs. */
const PARENT_CHECK_MS = 500;

/**
 * Makes the processes that functions start report what the work of tasks throws. That may be content: only the developer's
 * own terminal gets it.
 */
const TELL_WORK_FAILURES = {
  NODE_OPTIONS: `--require=${JSON.stringify(programFile('local/work-failures.cjs'))}`,
};

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

  if (env.npm_lifecycle_event !== undefined) whenParentEnds(stop);

  try {
    const options = parseOptions(args, env);
    if (options.help) {
      console.log(HELP);
      return 0;
    }
    const app = await start(options, stopping.signal);
    await stopSignal(stopping.signal);
    console.log('\nStopping…');
    await Promise.race([app.stop(), delay(STOP_WITHIN_MS)]);
    console.log(`Stopped. What was accepted is kept in ${options.stateDirectory}.`);
    return 0;
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    console.error(explain(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

async function start(options: Options, stopping: AbortSignal): Promise<LocalApp> {
  const startedMs = performance.now();
  // V8's slowest compiler takes more of the machine than it gives back to many small threads. Tasks run in processes of
  // their own, which have it.
  setFlagsFromString('--no-opt');
  const envFile = readEnvFile(options.envFile);
  // Before a state folder is made: the current folder may be the wrong one.
  readAppConfig(resolve('.'));
  const first = await takePort(options.port);
  const state = new StateDirectory(resolve(options.stateDirectory));
  try {
    claimStateVersion(state);
    const progress = printedProgress(options.quiet, (line) => console.log(line));
    // Its folder is nobody else's. What loads from here on is compiled once for all later starts.
    const codeCache = state.file('code-cache');
    enableCompileCache(codeCache);
    const assemblyDirectory = state.file('cdk.out');
    const isFirstStart = !existsSync(assemblyDirectory);
    progress(isFirstStart ? 'Synthesizing the app' : 'Comparing the app with the last start');
    const { synthesizeIfChanged } = await import('./synthesis-cache.ts');
    const { context, settings } = options;
    const synthesized = synthesizeIfChanged({
      directory: assemblyDirectory,
      stateFolder: state.path,
      isForced: options.fresh,
      onSynthesis: () => {
        if (!isFirstStart) progress('Synthesizing the app');
      },
      context,
      settings,
      // To the inbox, and to a receiver that is being developed. On AWS they may not.
      allowsLoopback: true,
      variables: { NODE_COMPILE_CACHE: codeCache },
      signal: stopping,
    }).then(() => assemblyDirectory);
    // It is reported where it is awaited.
    synthesized.catch(() => {});
    // The engines load and start while the app is synthesized in a process of its own.
    const { startLocalApp } = await import('./local-app.ts');
    const colours = process.stdout.isTTY === true && process.stdout.hasColors() && !process.env.NO_COLOR;
    const manner: Manner = { colours, quiet: options.quiet };
    const logLines = new LogLines(manner);
    const app = await startLocalApp({
      assemblyDirectory: synthesized,
      state,
      choice: options.choice,
      listen: async (count) => [first, ...(await takeNextPorts(options.port, count - 1))],
      envFile,
      onLogLine: (line, pipeline) => logLines.add(line, pipeline),
      onProgress: progress,
      functionVariables: TELL_WORK_FAILURES,
    });
    progress('Loading tasks');
    const broken = await app.brokenTasks();
    flushCompileCache();
    const seconds = (performance.now() - startedMs) / 1_000;
    console.log(banner({ pipelines: app.pipelines, broken }, options, seconds));
    logLines.show(app.pipelines.map((pipeline) => shortName(pipeline, app.pipelines)));
    if (options.watch) await watch(app, assemblyDirectory, manner);
    return app;
  } catch (error) {
    first.close();
    state.release();
    throw error;
  }
}

/** The functions' log, for people. What is found unfinished runs at once; it is shown below the banner. */
class LogLines {
  readonly #narration: NarrationSettings;
  #early: { readonly line: string; readonly pipeline: string; readonly at: Date }[] | undefined = [];
  /** Width of the column with the pipelines' names; 0: no column, since there is one pipeline only. */
  #labelWidth = 0;

  constructor(manner: Manner) {
    const places = new SourcePlaces();
    this.#narration = { ...manner, placesOf: (frames) => places.of(frames) };
  }

  add(line: string, pipeline: string): void {
    if (this.#early === undefined) this.#print(line, pipeline, new Date());
    else this.#early.push({ line, pipeline, at: new Date() });
  }

  /** Prints what has come, and from now on what comes. */
  show(pipelines: readonly string[]): void {
    if (pipelines.length > 1) this.#labelWidth = Math.max(...pipelines.map(({ length }) => length)) + 2;
    for (const { line, pipeline, at } of this.#early ?? []) this.#print(line, pipeline, at);
    this.#early = undefined;
  }

  #print(line: string, pipeline: string, at: Date): void {
    const words = narrate(line, this.#narration, at);
    if (words === undefined) return;
    const [first = '', ...more] = words.split('\n');
    const label = this.#labelWidth === 0 ? '' : pipeline.padEnd(this.#labelWidth);
    console.log([label + first, ...more.map((text) => ' '.repeat(this.#labelWidth) + text)].join('\n'));
  }
}

/** Until the process ends. */
async function watch(app: LocalApp, assemblyDirectory: string, manner: Manner): Promise<void> {
  // Only now: without it the stack does not need esbuild.
  const { watchSources } = await import('./watch/watch.ts');
  const { appFiles } = await import('./synthesis-cache.ts');
  const tell = (change: Change) => {
    const words = narrateChange(change, manner, new Date());
    if (words !== undefined) console.log(words);
  };
  watchSources({
    stack: app,
    folder: join(assemblyDirectory, 'reloaded'),
    appFiles: appFiles(assemblyDirectory, resolve('.')),
    tell,
  });
  const watched = IS_PACKAGE ? 'tasks' : 'tasks and lambda/';
  console.log(`  Watching ${watched}: functions are reloaded when their sources change\n`);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return error.explanation;
  return error.stack ?? error.message;
}

/**
 * npm passes SIGTERM on to the shell in which it runs a script. Many shells end without passing it on to the
 * stack. Then the stack has another parent. Windows keeps the parent's number, so that nothing is noticed there.
 */
function whenParentEnds(onEnd: () => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    onEnd();
  }, PARENT_CHECK_MS);
  check.unref();
}

async function stopSignal(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
