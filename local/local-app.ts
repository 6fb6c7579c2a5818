import { existsSync, renameSync } from 'node:fs';
import { relative } from 'node:path';
import { type PageFiles, pageFiles } from '../console/page-files.ts';
import type { AppDescription } from './app-description.ts';
import { readAssembly } from './assembly.ts';
import type { BrokenTask } from './broken-tasks.ts';
import { describeApp } from './describe-app.ts';
import { removeEndpoints, writeEndpoints } from './endpoints-file.ts';
import { type EngineEndpoints, type Engines, startEngines } from './engines.ts';
import type { EnvFile } from './env-file.ts';
import { findPipelines } from './find-pipelines.ts';
import { HttpServer } from './http-server.ts';
import { LocalPipeline } from './local-pipeline.ts';
import { type PipelineChoice, selectPipelines, shortName } from './select-pipelines.ts';
import { StateDirectory } from './state-directory.ts';

/** How long work in progress may take to end once the app is asked to stop. */
const GRACE_MS = 2_500;

export interface LocalAppSettings {
  /**
   * Starts the engines that replace AWS's services.
   *
   * @default - the embedded ones, with what earlier runs left in the state folder
   */
  readonly startEngines?: (state: Pick<StateDirectory, 'file'>) => Promise<Engines>;

  /** Cloud assembly to run, which `cdk synth` writes. While it is a promise, the engines start. */
  readonly assemblyDirectory: string | Promise<string>;

  /** Where ledger, secrets, objects and inboxes are kept: a folder, or one whose lock is taken already. */
  readonly state: string | StateDirectory;

  /**
   * Which pipelines run.
   *
   * @default - all
   */
  readonly choice?: PipelineChoice;

  /**
   * Returns servers that listen, one for each pipeline in the order of the app. The app closes them when it stops.
   *
   * @default - on any free ports
   */
  readonly listen?: (count: number) => Promise<readonly HttpServer[]>;

  /**
   * Whether scheduled functions run by themselves; if not, only `runSchedule` runs them.
   *
   * @default true
   */
  readonly schedule?: boolean;

  /**
   * Called with each line that functions write (JSON for the most part), and with the short name of the pipeline.
   *
   * @default - lines are dropped
   */
  readonly onLogLine?: (line: string, pipeline: string) => void;

  /**
   * Called with what begins now, if it may take longer than a moment.
   *
   * @default - nothing is reported
   */
  readonly onProgress?: (step: string) => void;

  /**
   * Returns other addresses of the engines for the functions: of a proxy in between.
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
   * Environment variables that functions find in addition to those of the template.
   *
   * @default - none
   */
  readonly functionVariables?: Readonly<Record<string, string>>;
}

/** Pipelines of an app that run on the engines in this process. */
export interface LocalApp {
  /** In the order of the app. */
  readonly pipelines: readonly LocalPipeline[];
  readonly description: AppDescription;
  readonly endpoints: EngineEndpoints;
  /** Has that function run the code in that folder from its next invocation on; false if it does not load. */
  replaceCode(functionArn: string, codeDirectory: string): Promise<boolean>;
  /** Loads each task of all pipelines once, and returns those that fail: their runs would fail with TaskLoadError. */
  brokenTasks(): Promise<readonly BrokenTask[]>;
  /** Lets work in progress end, for a moment, and stops everything. */
  stop(): Promise<void>;
  /** Stops everything as if the process were killed, as far as the ledgers show. */
  kill(): Promise<void>;
}

/**
 * Runs the pipelines of a synthesized app. They share the engines; each has its own server, inbox and console.
 *
 * @throws UsageError if the choice names nothing that exists
 * @throws LocalValueError if the work needs a value that neither the templates nor the file have
 */
export async function startLocalApp(settings: LocalAppSettings): Promise<LocalApp> {
  const state = typeof settings.state === 'string' ? new StateDirectory(settings.state) : settings.state;
  const parts: Parts = { state, servers: [], pipelines: [] };
  const starting = (settings.startEngines ?? startEngines)(state);
  try {
    const [directory, engines] = await Promise.all([settings.assemblyDirectory, starting]);
    return await run(settings, { ...parts, engines }, directory);
  } catch (error) {
    const engines = await starting.catch(() => undefined);
    await shutDown({ ...parts, engines });
    throw error;
  }
}

/** What has to be stopped. */
interface Parts {
  readonly state: StateDirectory;
  readonly engines?: Engines | undefined;
  readonly servers: HttpServer[];
  readonly pipelines: LocalPipeline[];
}

async function run(
  settings: LocalAppSettings,
  parts: Parts & { readonly engines: Engines },
  assemblyDirectory: string,
): Promise<LocalApp> {
  const { state, engines, pipelines } = parts;
  const { endpoints } = engines;
  const { description, servers } = await describeWithServers(settings, parts, assemblyDirectory);
  await engines.create(description);
  const endpointsForFunctions = (await settings.endpointsForFunctions?.(endpoints)) ?? endpoints;
  adoptInboxOfOnePipeline(state, description);

  // One build of the page serves all consoles.
  let page: Promise<PageFiles> | undefined;
  const pageOnce = () => {
    page ??= pageFiles();
    return page;
  };
  for (const [index, pipeline] of description.pipelines.entries()) {
    pipelines.push(
      new LocalPipeline({
        description: pipeline,
        app: description,
        engines,
        endpointsForFunctions,
        functionVariables: settings.functionVariables ?? {},
        server: servers[index] as HttpServer,
        files: {
          inbox: state.pipelineFile(pipeline.name, INBOX),
          inboxResponses: state.pipelineFile(pipeline.name, INBOX_RESPONSES),
        },
        stateDirectory: relative('.', state.path) || '.',
        page: pageOnce,
        isScheduled: settings.schedule ?? true,
        onLogLine: (line) => settings.onLogLine?.(line, shortName(pipeline, description.pipelines)),
        onFound: ({ tasks, callbacks }) => {
          if (tasks + callbacks === 0) return;
          settings.onProgress?.(`Recovering ${tasks} tasks and ${callbacks} callbacks of ${pipeline.name}`);
        },
      }),
    );
  }
  settings.onProgress?.('Starting functions');
  await Promise.all(pipelines.map((pipeline) => pipeline.start()));
  writeEndpoints(state.path, {
    engines: endpoints,
    pipelines: pipelines.map(({ reachable }) => reachable),
  });

  let stopped: Promise<void> | undefined;
  const stopOnce = (graceMs: number) => {
    stopped ??= Promise.all(pipelines.map((pipeline) => pipeline.drain(graceMs))).then(() => shutDown(parts));
    return stopped;
  };
  return {
    pipelines,
    description,
    endpoints,
    replaceCode: async (functionArn, codeDirectory) => {
      const owner = pipelines.find(({ description: { functions } }) =>
        functions.some(({ arn }) => arn === functionArn),
      );
      return (await owner?.replaceCode(functionArn, codeDirectory)) ?? false;
    },
    brokenTasks: async () => (await Promise.all(pipelines.map((pipeline) => pipeline.brokenTasks()))).flat(),
    stop: () => {
      // Not once it is down already: by now another stack may run on the same state.
      if (stopped === undefined) removeEndpoints(state.path);
      return stopOnce(GRACE_MS);
    },
    kill: () => stopOnce(0),
  };
}

/** The URLs of the servers are part of the description, and how many there are depends on the choice. */
async function describeWithServers(
  { choice = {}, listen = onFreePorts, envFile }: LocalAppSettings,
  { engines, servers }: Parts & { readonly engines: Engines },
  assemblyDirectory: string,
): Promise<{ description: AppDescription; servers: readonly HttpServer[] }> {
  const assembly = readAssembly(assemblyDirectory);
  const names = selectPipelines(findPipelines(assembly), choice).map(({ name }) => name);
  servers.push(...(await listen(names.length)));
  const { sqs, s3 } = engines.endpoints;
  const api = (pipeline: string) => servers[names.indexOf(pipeline)]?.url ?? NOT_RUN;
  return { description: describeApp(assembly, { api, s3, sqs }, envFile, { pipelines: names }), servers };
}

/** URL of a pipeline that was not chosen, if the work of another refers to it: nothing answers there. */
const NOT_RUN = 'http://127.0.0.1:9';

async function onFreePorts(count: number): Promise<HttpServer[]> {
  return await Promise.all(Array.from({ length: count }, () => HttpServer.listen(0)));
}

async function shutDown({ state, engines, servers, pipelines }: Parts): Promise<void> {
  for (const server of servers) server.close();
  await Promise.all(pipelines.map((pipeline) => pipeline.stop()));
  await engines?.stop();
  for (const pipeline of pipelines) pipeline.close();
  state.release();
}

const INBOX = 'inbox.jsonl';
const INBOX_RESPONSES = 'inbox-responses.json';

/** The one pipeline that 0.1.0 runs. */
const ID_IN_0_1_0 = 'Pipeline';

/** 0.1.0 keeps the inbox of its pipeline in the state folder itself: it is moved to that pipeline's files. */
function adoptInboxOfOnePipeline(state: StateDirectory, { pipelines }: AppDescription): void {
  const first = pipelines.find(({ id }) => id === ID_IN_0_1_0);
  if (first === undefined) return;
  for (const name of [INBOX, INBOX_RESPONSES]) {
    const target = state.pipelineFile(first.name, name);
    if (existsSync(state.file(name)) && !existsSync(target)) renameSync(state.file(name), target);
  }
}
