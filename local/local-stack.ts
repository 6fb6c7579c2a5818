import type { AppDescription, PipelineDescription } from './app-description.ts';
import type { EngineEndpoints } from './engines.ts';
import type { HttpServer } from './http-server.ts';
import { type LocalAppSettings, startLocalApp } from './local-app.ts';
import type { LocalPipeline } from './local-pipeline.ts';

export interface LocalStackSettings extends Omit<LocalAppSettings, 'listen' | 'onProgress'> {
  /**
   * A server that listens already. The stack closes it when it stops.
   *
   * @default - one on any free port
   */
  readonly server?: HttpServer;
}

/** An app with one pipeline that runs in this process. */
export interface LocalStack
  extends Pick<
    LocalPipeline,
    'url' | 'auth' | 'client' | 'recovered' | 'replaceCode' | 'brokenTasks' | 'runSchedule' | 'crashFunction'
  > {
  /** The pipeline, and the resources that it uses. */
  readonly description: PipelineDescription & AppDescription;
  readonly endpoints: EngineEndpoints;
  /** Lets work in progress end, for a moment, and stops everything. */
  stop(): Promise<void>;
  /** Stops everything as if the process were killed, as far as the ledger shows. */
  kill(): Promise<void>;
}

/** Runs a synthesized app that has one pipeline. */
export async function startLocalStack({ server, ...settings }: LocalStackSettings): Promise<LocalStack> {
  const app = await startLocalApp({
    ...settings,
    ...(server !== undefined && { listen: async () => [server] }),
  });
  const [pipeline, ...more] = app.pipelines;
  if (pipeline === undefined || more.length > 0) {
    await app.kill();
    throw new Error(`The app has ${app.pipelines.length} pipelines, not one`);
  }
  return {
    url: pipeline.url,
    auth: pipeline.auth,
    client: pipeline.client,
    recovered: pipeline.recovered,
    replaceCode: (functionArn, codeDirectory) => pipeline.replaceCode(functionArn, codeDirectory),
    brokenTasks: () => pipeline.brokenTasks(),
    runSchedule: () => pipeline.runSchedule(),
    crashFunction: (random) => pipeline.crashFunction(random),
    description: { ...app.description, ...pipeline.description },
    endpoints: app.endpoints,
    stop: () => app.stop(),
    kill: () => app.kill(),
  };
}
