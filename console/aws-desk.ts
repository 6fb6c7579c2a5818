import { CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { CALLBACK_FORMATS } from '../lambda/contract/formats.ts';
import { VERSION } from '../lambda/contract/version.ts';
import { Problem } from '../lambda/http/problem.ts';
import type { TaskSummary } from '../lib/build/task-summary.ts';
import { lifeSettingsOf, pipelineOf } from '../ops/pipeline.ts';
import { requestLimits } from '../ops/sdk-limits.ts';
import type { Target } from '../ops/target.ts';
import { submission, submitTo } from './api/submit.ts';
import type { About } from './api-types.ts';
import { chartsOf, metricQueries, metricWindow, oldestAgeOf } from './cloudwatch.ts';
import type { Desk } from './desk.ts';
import { remembered } from './remembered.ts';
import { taskSamples } from './samples.ts';
import { regionOf, signed } from './sign.ts';

/** About a megabyte of small entries: 0.00002 USD a look (2026-11, us-east-1). */
const ITEMS_READ = 2_000;

/** However many pages are open: at most 900 looks an hour, a fifth of a cent. */
const REMEMBERED_FOR_MS = 4_000;
const METRICS_REMEMBERED_FOR_MS = 60_000;

/**
 * The desk of a stack on AWS, worked on with the operator's own credentials.
 *
 * @param tasks what the form offers
 * @throws Fault where the stack does not tell what is needed
 */
export function awsDesk(target: Target, tasks: readonly TaskSummary[] = []): Desk {
  const pipeline = pipelineOf(target);
  const life = lifeSettingsOf(target);
  const apiUrl = target.output('api_url');
  const auth = target.output('auth');
  const cloudwatch = new CloudWatchClient(requestLimits);
  const names = {
    namespace: target.output('metrics_namespace'),
    queues: {
      tasks: queueName(target.output('tasks_queue_url')),
      callbacks: queueName(target.output('callbacks_queue_url')),
      dead_letters: queueName(target.output('dead_letter_queue_url')),
    },
  };
  const metrics = remembered(async () => {
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({ ...metricWindow(Date.now()), MetricDataQueries: metricQueries(names) }),
    );
    return MetricDataResults;
  }, METRICS_REMEMBERED_FOR_MS);
  return {
    target,
    about: {
      name: target.name,
      isLocal: false,
      apiUrl,
      auth,
      version: VERSION,
      samples: taskSamples(tasks),
      callbackFormats: [...CALLBACK_FORMATS],
      inbox: false,
    },
    pipeline: () => pipeline,
    life: () => life,
    itemsRead: ITEMS_READ,
    countsTasks: false,
    rememberedForMs: REMEMBERED_FOR_MS,
    charts: async () => chartsOf(await metrics(), Date.now()),
    noteDeadLetters: () => {},
    heard: () => [],
    oldestAge: async (queue) => {
      // Without leave to read metrics the rest is shown all the same; the charts tell of it.
      const results = await metrics().catch((): MetricDataResult[] => []);
      return oldestAgeOf(results, queue, Date.now());
    },
    submit: async (request, interrupted) => {
      if (auth !== 'iam') throw cannotSign(auth);
      const { credentials, region } = pipeline.dynamodb.config;
      const signing = { credentials, region: regionOf(apiUrl) ?? region };
      return await submitTo(await signed(submission(apiUrl, request), signing), interrupted);
    },
    stop: () => {
      for (const client of [pipeline.dynamodb, pipeline.sqs, cloudwatch]) client.destroy();
    },
  };
}

function queueName(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function cannotSign(auth: About['auth']): Problem {
  const credential = auth === 'jwt' ? 'a token of its issuer' : 'a client’s key';
  return new Problem({
    status: 501,
    title: 'Not Implemented',
    detail: `This stack lets in who has ${credential} (auth=${auth}), which the console has not. Copy the curl beside the form, and give it yours.`,
  });
}
