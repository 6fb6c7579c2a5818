import { relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildPage } from '../console/build.ts';
import { Console } from '../console/console.ts';
import { localDesk } from '../console/local-desk.ts';
import { LogMemory } from '../console/log-memory.ts';
import { readNotes } from '../lib/build/build-notes.ts';
import type { TaskSummary } from '../lib/build/task-summary.ts';
import type { BrokenTask } from './broken-tasks.ts';
import { removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import { type EngineEndpoints, type Engines, startEngines } from './engines.ts';
import type { EnvFile } from './env-file.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import type { InvocationResult } from './execution-environment.ts';
import { Functions } from './functions.ts';
import { Gateway } from './gateway.ts';
import { HttpServer } from './http-server.ts';
import { Inbox } from './inbox.ts';
import { InboxScripts } from './inbox-scripts.ts';
import { InboxStore } from './inbox-store.ts';
import { reachableAt, recoverPipeline, signingSecretsOf } from './known-resources.ts';
import type { Recovered } from './recovery.ts';
import { Schedule } from './schedule.ts';
import type { RouteDescription, StackDescription } from './stack-description.ts';
import { StateDirectory } from './state-directory.ts';

/** How long work in progress may take to end once the stack is asked to stop. */
const GRACE_MS = 2_500;

export interface LocalStackSettings {
  /** Cloud assembly to run: what `cdk synth` made. */
  readonly assemblyDirectory: string;

  /** Where the ledger, the secret and the inbox are kept: a folder, or one whose lock is taken already. */
  readonly state: string | StateDirectory;

  /**
   * A server that listens already. The stack closes it when it stops.
   *
   * @default - one on any free port
   */
  readonly server?: HttpServer;

  /**
   * Whether scheduled functions run by themselves; without, only `runSchedule` runs them.
   *
   * @default true
   */
  readonly schedule?: boolean;

  /**
   * Called with each line that functions write: JSON for the most part.
   *
   * @default - lines are dropped
   */
  readonly onLogLine?: (line: string) => void;

  /**
   * Tells functions to find the engines elsewhere: at something that stands in between.
   *
   * @default - they reach the engines themselves
   */
  readonly endpointsForFunctions?: (engines: EngineEndpoints) => Promise<EngineEndpoints>;

  /**
   * Values for this machine: they replace what the template gives to the work.
   *
   * @default - none
   */
  readonly envFile?: EnvFile;

  /**
   * Environment variables that functions find besides those of the template.
   *
   * @default - none
   */
  readonly functionVariables?: Readonly<Record<string, string>>;
}

export interface LocalStack {
  /** Of the HTTP API and the inbox, without a trailing slash. */
  readonly url: string;
  readonly description: StackDescription;
  readonly endpoints: EngineEndpoints;
  /** Who vouches for the API's clients, as the template says it; undefined: it does not. */
  readonly auth: string | undefined;
  /** The one client of the API; undefined where keys tell clients apart. */
  readonly client: string | undefined;
  /** What an earlier run left unfinished. */
  readonly recovered: Recovered;
  /** Has that function run the code in that folder from its next invocation on; false where it does not load. */
  replaceCode(functionArn: string, codeDirectory: string): Promise<boolean>;
  /** Loads each task once, and returns those that fail: their runs would fail with TaskLoadError. */
  brokenTasks(): Promise<readonly BrokenTask[]>;
  /** Runs the scheduled functions now, and resolves when they have answered. */
  runSchedule(): Promise<readonly InvocationResult[]>;
  /**
   * Ends one function in the middle of an invocation, as a crash would, and tells its name; undefined where none
   * was at work.
   *
   * @param random in [0, 1): which of them
   */
  crashFunction(random: number): string | undefined;
  /** Lets work in progress end, for a moment, and stops everything. */
  stop(): Promise<void>;
  /** Stops everything as if the process were killed, as far as the ledger can tell. */
  kill(): Promise<void>;
}

/** Runs a synthesized template: its queues, topics, tables, buckets, secrets, functions, mappings, schedule and HTTP API. */
export async function startLocalStack(settings: LocalStackSettings): Promise<LocalStack> {
  const state = typeof settings.state === 'string' ? new StateDirectory(settings.state) : settings.state;
  const server = settings.server ?? (await HttpServer.listen(0));
  let engines: Engines | undefined;
  try {
    engines = await startEngines(settings.assemblyDirectory, state, server.url, settings.envFile);
    // Before any function runs: what the ledger calls running, nothing runs any more.
    const recovered = await recoverPipeline(engines);
    return await run(settings, state, server, engines, recovered);
  } catch (error) {
    await engines?.stop();
    server.close();
    state.release();
    throw error;
  }
}

async function run(
  settings: LocalStackSettings,
  state: StateDirectory,
  server: HttpServer,
  engines: Engines,
  recovered: Recovered,
): Promise<LocalStack> {
  const { description, endpoints } = engines;
  const log = new LogMemory(Date.now());
  const onLogLine = (line: string) => {
    log.hear(line, Date.now());
    settings.onLogLine?.(line);
  };
  const functions = new Functions({
    description,
    engines: endpoints,
    told: (await settings.endpointsForFunctions?.(endpoints)) ?? endpoints,
    variables: settings.functionVariables ?? {},
    onLogLine,
  });
  const invoke = (arn: string, event: unknown) => functions.invoke(arn, event);

  const schedule = new Schedule(description.schedules, invoke);
  const callbacks = new InboxStore(state.file('inbox.jsonl'));
  const inbox = new Inbox({
    store: callbacks,
    scripts: new InboxScripts(state.file('inbox-responses.json')),
    signingSecretsOf: (taskId) => signingSecretsOf(taskId, engines),
  });
  const { routes, throttle, cors } = description;
  const gateway = new Gateway({ routes, invoke, throttle, cors, now: Date.now });

  const reachable = reachableAt(server.url, endpoints, description);
  const shownState = relative('.', state.path) || '.';
  const desk = localDesk({
    stateDirectory: shownState,
    endpoints: reachable,
    log,
    tasks: () => tasksIn(functions.codeDirectories),
  });
  const console = new Console({ desk, buildPage });

  server.serve(
    async (url, request, response) => {
      if (inbox.serves(url.pathname)) await inbox.handle(url, request, response);
      else if (console.serves(url.pathname)) await console.handle(url, request, response);
      else await gateway.handle(url, request, response);
    },
    // Only origins that the app names. To `*` here, every page on the web would be the one local client.
    (origin, path) =>
      cors?.allowOrigins.includes(origin) === true && !inbox.serves(path) && !console.serves(path),
  );
  // Only now: the first callbacks may be bound for the inbox.
  const mappings = startMappings(engines, functions, onLogLine);
  // Mappings warm their functions by polling; those behind the API would load with the first request.
  await functions.warmUp(routes.flatMap(functionsBehind));
  if (settings.schedule !== false) schedule.start();
  writeEndpoints(state.path, reachable);

  const shutDown = async (graceMs: number) => {
    schedule.stop();
    for (const mapping of mappings) mapping.stopPolling();
    // The server still answers meanwhile: callbacks on their way may be bound for the inbox.
    const drained = Promise.all([...mappings.map((mapping) => mapping.drained()), server.drained()]);
    await Promise.race([drained, delay(graceMs, undefined, { ref: false })]);
    inbox.stop();
    server.close();
    console.stop();
    await functions.stop();
    await engines.stop();
    callbacks.close();
    state.release();
  };
  let stopped: Promise<void> | undefined;
  const shutDownOnce = (graceMs: number) => {
    stopped ??= shutDown(graceMs);
    return stopped;
  };

  return {
    url: server.url,
    description,
    endpoints,
    auth: reachable.settings?.auth,
    client: reachable.client,
    recovered,
    replaceCode: (functionArn, codeDirectory) => functions.replaceCode(functionArn, codeDirectory),
    brokenTasks: () => functions.brokenTasks(),
    runSchedule: () => schedule.runNow(),
    crashFunction: (random) => functions.crashOne(random),
    stop: () => {
      // Not once it is down already: by now another stack may run on the same state.
      if (stopped === undefined) removeEndpoints(state.path);
      return shutDownOnce(GRACE_MS);
    },
    kill: () => shutDownOnce(0),
  };
}

/** The tasks of the build that the functions come from; none if it was not made for this machine. */
function tasksIn(codeDirectories: readonly string[]): readonly TaskSummary[] {
  return codeDirectories.map(readNotes).find((notes) => notes !== undefined)?.tasks ?? [];
}

function functionsBehind({ functionArn, authorizer }: RouteDescription): string[] {
  return authorizer.type === 'function' ? [authorizer.functionArn, functionArn] : [functionArn];
}

function startMappings(
  { description, sqs }: Engines,
  functions: Functions,
  onLogLine: (line: string) => void,
): EventSourceMapping[] {
  return description.mappings.map((mapping) => {
    const queue = description.queues.find(({ arn }) => arn === mapping.queueArn);
    if (queue === undefined) throw new Error(`the template has no queue ${mapping.queueArn}`);
    return new EventSourceMapping({
      mapping,
      queueUrl: queue.url,
      sqs,
      functions: functions.pool(mapping.functionArn),
      onLogLine,
    });
  });
}
