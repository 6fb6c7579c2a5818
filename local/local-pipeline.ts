import { setTimeout as delay } from 'node:timers/promises';
import type { TaskSample } from '../console/api-types.ts';
import { Console } from '../console/console.ts';
import { localDesk } from '../console/local-desk.ts';
import { LogMemory } from '../console/log-memory.ts';
import type { PageFiles } from '../console/page-files.ts';
import { taskSamples } from '../console/samples.ts';
import { clientSecret, liveMasters, parseMasterSecret } from '../lambda/callback/signing-secret.ts';
import type { EnvironmentVariable } from '../lambda/contract/settings.ts';
import { dynamoLedger } from '../lambda/ledger/dynamo-ledger.ts';
import { readNotes } from '../lib/build/build-notes.ts';
import type { TaskSummary } from '../lib/build/task-summary.ts';
import type { AppDescription, PipelineDescription, RouteDescription } from './app-description.ts';
import type { BrokenTask } from './broken-tasks.ts';
import type { PipelineEndpoints } from './endpoints-file.ts';
import type { EngineEndpoints, Engines } from './engines.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import type { InvocationResult } from './execution-environment.ts';
import { Functions } from './functions.ts';
import { Gateway } from './gateway.ts';
import type { HttpServer } from './http-server.ts';
import { Inbox } from './inbox.ts';
import { InboxScripts } from './inbox-scripts.ts';
import { InboxStore } from './inbox-store.ts';
import { localClient } from './local-client.ts';
import { type Recovered, recover } from './recovery.ts';
import { Schedule } from './schedule.ts';

export interface LocalPipelineSettings {
  readonly description: PipelineDescription;
  /** The app that the pipeline belongs to. */
  readonly app: Pick<AppDescription, 'queues' | 'tables'>;
  readonly engines: Engines;
  /** Addresses of the engines that functions get. */
  readonly endpointsForFunctions: EngineEndpoints;
  /** Environment variables that functions find in addition to those of the template. */
  readonly functionVariables: Readonly<Record<string, string>>;
  /** Listens already. The pipeline closes it when it stops. */
  readonly server: HttpServer;
  /** Files of this pipeline alone. */
  readonly files: { readonly inbox: string; readonly inboxResponses: string };
  /** Name of the state folder, for people. */
  readonly stateDirectory: string;
  readonly page: () => Promise<PageFiles>;
  /** Whether scheduled functions run by themselves. */
  readonly isScheduled: boolean;
  readonly onLogLine: (line: string) => void;
  /** Called with what has been found unfinished, before it is put back into the queues. */
  readonly onFound: (found: Recovered) => void;
}

const NOTHING: Recovered = { tasks: 0, callbacks: 0, deadLetters: 0, unknown: {} };

const TASK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** One pipeline of an app: its functions, event source mappings, schedule and HTTP API, with an inbox and a console. */
export class LocalPipeline {
  /** Unique in the app: `Shop/Callbacks`. */
  readonly name: string;
  /** Id of its construct: `Callbacks`. */
  readonly id: string;
  readonly description: PipelineDescription;
  /** Where the pipeline is reached. */
  readonly reachable: PipelineEndpoints;
  readonly #settings: LocalPipelineSettings;
  readonly #functions: Functions;
  readonly #schedule: Schedule;
  readonly #callbacks: InboxStore;
  readonly #inbox: Inbox;
  readonly #console: Console;
  #mappings: readonly EventSourceMapping[] = [];
  #recovered = NOTHING;

  /** Nothing of the pipeline runs before `start`. */
  constructor(settings: LocalPipelineSettings) {
    const { description, engines, server, files } = settings;
    this.#settings = settings;
    this.name = description.name;
    this.id = description.id;
    this.description = description;
    this.reachable = reachableAt(server.url, description);
    const log = new LogMemory(Date.now());
    this.#functions = new Functions({
      description,
      engines: engines.endpoints,
      engineCalls: engines.calls,
      told: settings.endpointsForFunctions,
      variables: settings.functionVariables,
      onLogLine: (line) => {
        log.hear(line, Date.now());
        settings.onLogLine(line);
      },
    });
    this.#schedule = new Schedule(description.schedules, (arn, event) => this.#functions.invoke(arn, event));
    this.#callbacks = new InboxStore(files.inbox);
    this.#inbox = new Inbox({
      store: this.#callbacks,
      scripts: new InboxScripts(files.inboxResponses),
      signingSecretsOf: (taskId) => this.#signingSecretsOf(taskId),
    });
    const desk = localDesk({
      stateDirectory: settings.stateDirectory,
      engines: engines.endpoints,
      pipeline: this.reachable,
      log,
      tasks: () => tasksIn(this.#functions.codeDirectories),
    });
    this.#console = new Console({ desk, page: settings.page });
  }

  /** Of the HTTP API and the inbox, without a trailing slash. */
  get url(): string {
    return this.#settings.server.url;
  }

  /** How the API's clients are authenticated, as the template states it; undefined if it does not. */
  get auth(): string | undefined {
    return this.reachable.settings?.auth;
  }

  /** The one client of the API; undefined if keys identify clients. */
  get client(): string | undefined {
    return this.reachable.client;
  }

  /** What an earlier run left unfinished. */
  get recovered(): Recovered {
    return this.#recovered;
  }

  /** A task to try the pipeline with; undefined if it has none that runs here. */
  get sample(): TaskSample | undefined {
    return taskSamples(tasksIn(this.#functions.codeDirectories)).find(({ external }) => !external);
  }

  /** Puts what an earlier run left unfinished back into the queues, then runs everything. */
  async start(): Promise<void> {
    // Before any function runs: what the ledger calls running, nothing runs any more.
    this.#recovered = await this.#recover();
    this.#serve();
    // Only now: the first callbacks may be bound for the inbox.
    this.#mappings = this.#startMappings();
    // Mappings warm their functions by polling; those behind the API would load with the first request.
    await this.#functions.warmUp(this.description.routes.flatMap(functionsBehind));
    if (this.#settings.isScheduled) this.#schedule.start();
  }

  /** Has that function run the code in that folder from its next invocation on; false if it does not load. */
  async replaceCode(functionArn: string, codeDirectory: string): Promise<boolean> {
    return await this.#functions.replaceCode(functionArn, codeDirectory);
  }

  /** Loads each task once, and returns those that fail: their runs would fail with TaskLoadError. */
  async brokenTasks(): Promise<readonly BrokenTask[]> {
    return await this.#functions.brokenTasks();
  }

  /** Runs the scheduled functions now, and resolves when they have answered. */
  async runSchedule(): Promise<readonly InvocationResult[]> {
    return await this.#schedule.runNow();
  }

  /**
   * Ends one function in the middle of an invocation, as a crash would.
   *
   * @param random in [0, 1): which of them
   * @returns its name; undefined if none was at work
   */
  crashFunction(random: number): string | undefined {
    return this.#functions.crashOne(random);
  }

  /** Starts nothing new, and lets work in progress end, for so long at most. */
  async drain(graceMs: number): Promise<void> {
    this.#schedule.stop();
    for (const mapping of this.#mappings) mapping.stopPolling();
    // The server still answers meanwhile: callbacks on their way may be bound for the inbox.
    const drained = [...this.#mappings.map((mapping) => mapping.drained()), this.#settings.server.drained()];
    await Promise.race([Promise.all(drained), delay(graceMs, undefined, { ref: false })]);
  }

  /** Stops everything, drained or not. The engines must still run. */
  async stop(): Promise<void> {
    this.#schedule.stop();
    for (const mapping of this.#mappings) mapping.stopPolling();
    this.#inbox.stop();
    this.#settings.server.close();
    this.#console.stop();
    await this.#functions.stop();
  }

  /** Closes its files. Call it when nothing writes to them any more. */
  close(): void {
    this.#callbacks.close();
  }

  async #recover(): Promise<Recovered> {
    const { engines, app, onFound } = this.#settings;
    const { ledgerTable, queueUrls } = this.description;
    return await recover({
      client: engines.dynamodb.client,
      table: ledgerTable,
      timeToLiveAttribute: app.tables.find(({ name }) => name === ledgerTable)?.timeToLiveAttribute,
      nowMs: Date.now(),
      send: async (queue, messages) => await engines.sqs.send(queueUrls[queue], messages),
      onFound,
    });
  }

  #serve(): void {
    const { routes, throttle, cors } = this.description;
    const gateway = new Gateway({
      routes,
      invoke: (arn, event) => this.#functions.invoke(arn, event),
      throttle,
      cors,
      now: Date.now,
    });
    const isOurs = (path: string) => this.#inbox.serves(path) || this.#console.serves(path);
    this.#settings.server.serve(
      async (url, request, response) => {
        if (this.#inbox.serves(url.pathname)) await this.#inbox.handle(url, request, response);
        else if (this.#console.serves(url.pathname)) await this.#console.handle(url, request, response);
        else await gateway.handle(url, request, response);
      },
      // Only origins that the app names. To `*` here, every page on the web would be the one local client.
      (origin, path) => cors?.allowOrigins.includes(origin) === true && !isOurs(path),
    );
  }

  #startMappings(): EventSourceMapping[] {
    const { app, engines, onLogLine } = this.#settings;
    return this.description.mappings.map((mapping) => {
      const queue = app.queues.find(({ arn }) => arn === mapping.queueArn);
      if (queue === undefined) throw new Error(`the template has no queue ${mapping.queueArn}`);
      return new EventSourceMapping({
        mapping,
        queueUrl: queue.url,
        sqs: engines.sqs,
        functions: this.#functions.pool(mapping.functionArn),
        onLogLine,
      });
    });
  }

  /** What the callback of a task is signed with now, by the client whose task it is; nothing if there is no such task. */
  async #signingSecretsOf(taskId: string): Promise<string[]> {
    const master = this.#settings.engines.secrets.value(this.description.masterSecretArn);
    const client = this.client ?? (await this.#clientOfTask(taskId));
    if (master === undefined || client === undefined) return [];
    return liveMasters(parseMasterSecret(master), Date.now()).map((text) => clientSecret(text, client));
  }

  async #clientOfTask(taskId: string): Promise<string | undefined> {
    if (!TASK_ID.test(taskId)) return undefined;
    const ledger = dynamoLedger(this.#settings.engines.dynamodb.client, this.description.ledgerTable);
    return (await ledger.read(taskId))?.client;
  }
}

/** Returns what other programs need to know to work on a pipeline that runs. */
export function reachableAt(url: string, description: PipelineDescription): PipelineEndpoints {
  const { name, id, ledgerTable, queueUrls, masterSecretArn, routes } = description;
  return {
    name,
    id,
    apiUrl: url,
    ledgerTable,
    queueUrls,
    masterSecretArn,
    settings: {
      deliveryDeadlineSeconds: settingOf(description, 'DELIVERY_DEADLINE_SECONDS'),
      retentionSeconds: settingOf(description, 'RETENTION_SECONDS'),
      auth: settingOf(description, 'AUTH'),
    },
    client: localClient(routes[0]?.authorizer),
  };
}

/** The value of a setting, as the template gives it to functions. */
function settingOf({ functions }: PipelineDescription, variable: EnvironmentVariable): string | undefined {
  return functions.find(({ environment }) => environment[variable] !== undefined)?.environment[variable];
}

/** The tasks of the build that the functions come from; none if it was not made for this machine. */
function tasksIn(codeDirectories: readonly string[]): readonly TaskSummary[] {
  return codeDirectories.map(readNotes).find((notes) => notes !== undefined)?.tasks ?? [];
}

function functionsBehind({ functionArn, authorizer }: RouteDescription): string[] {
  return authorizer.type === 'function' ? [authorizer.functionArn, functionArn] : [functionArn];
}
