import { CALLBACK_FORMATS } from '../lambda/contract/formats.ts';
import { VERSION } from '../lambda/contract/version.ts';
import type { TaskSummary } from '../lib/build/task-summary.ts';
import type { LocalEndpoints, PipelineEndpoints } from '../local/endpoints-file.ts';
import { lifeSettingsOf, type Pipeline, pipelineOf } from '../ops/pipeline.ts';
import { reachedTarget } from '../ops/target.ts';
import { submission, submitTo } from './api/submit.ts';
import type { Desk } from './desk.ts';
import { type DepthSample, localCharts } from './local-charts.ts';
import type { LogMemory } from './log-memory.ts';
import { taskSamples } from './samples.ts';

/** More entries than a machine that tries things out has; they are read in about a second. */
const ITEMS_READ = 20_000;

/** Of two looks a second one is enough. */
const REMEMBERED_FOR_MS = 1_000;

/** A sample every 2 s for longer than the charts reach. */
const MOST_DEPTHS = 1_200;

export interface LocalDeskSettings {
  readonly stateDirectory: string;
  readonly engines: LocalEndpoints['engines'];
  readonly pipeline: PipelineEndpoints;
  readonly log: LogMemory;
  /** Returns the tasks that are deployed at this moment. */
  readonly tasks: () => readonly TaskSummary[];
}

/** The desk of a pipeline that runs in the process of the console. */
export function localDesk({
  stateDirectory,
  engines,
  pipeline: reached,
  log,
  tasks,
}: LocalDeskSettings): Desk {
  const target = reachedTarget(stateDirectory, engines, reached);
  const { apiUrl, client } = reached;
  let pipeline: Pipeline | undefined;
  const depths: DepthSample[] = [];
  return {
    target,
    about: {
      name: target.name,
      isLocal: true,
      apiUrl,
      // Where there is one client only, nobody's signature or token is checked.
      auth: client === undefined ? 'api-key' : 'none',
      version: VERSION,
      get samples() {
        return taskSamples(tasks());
      },
      callbackFormats: [...CALLBACK_FORMATS],
      inbox: true,
    },
    pipeline: () => {
      pipeline ??= pipelineOf(target);
      return pipeline;
    },
    life: () => lifeSettingsOf(target),
    itemsRead: ITEMS_READ,
    countsTasks: true,
    rememberedForMs: REMEMBERED_FOR_MS,
    charts: async () => {
      const nowMs = Date.now();
      return localCharts({ steps: log.steps(nowMs), depths, sinceMs: log.sinceMs }, nowMs);
    },
    noteDeadLetters: (count) => {
      depths.push({ atMs: Date.now(), count });
      if (depths.length > MOST_DEPTHS) depths.shift();
    },
    heard: (taskId) => log.of(taskId),
    oldestAge: async () => null,
    submit: (request, interrupted) => submitTo(submission(apiUrl, request), interrupted),
    stop: () => {
      pipeline?.dynamodb.destroy();
      pipeline?.sqs.destroy();
    },
  };
}
