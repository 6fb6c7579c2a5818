import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../lambda/contract/metrics.ts';
import type { TaskApi } from './api.ts';
import { outermostStack } from './pipeline-output.ts';
import type { DeadLetterQueue, PipelineQueue } from './pipeline-queue.ts';
import type { Stage } from './stage.ts';

/** What is watched: the pipeline's parts, in the order a task meets them. */
export interface WatchedPipeline {
  readonly api: TaskApi;
  readonly submit: Stage;
  readonly tasks: PipelineQueue;
  readonly run: Stage;
  readonly callbacks: PipelineQueue;
  readonly deliver: Stage;
  readonly wake: Stage;
  readonly deadLetters: DeadLetterQueue;
  /** Where the functions' own metrics are. */
  readonly metricsNamespace: string;
}

/** What happens within it is one point of a graph or of an alarm, unless another period is named. */
export const PERIOD = Duration.minutes(5);

/**
 * What a pipeline is called among an account's: its stack, and its place in it (`Shop-Tasks`). So neither two stacks nor
 * two pipelines of a stack count together, and no metric needs a dimension to say whose it is. Unlike CDK's own unique
 * names it ends in no hash: people read it, and each log line that counts carries it.
 */
export function deployedName(pipeline: Construct, separator: string): string {
  const stack = outermostStack(pipeline);
  const scopes = pipeline.node.scopes.slice(stack.node.scopes.length);
  return [stack.stackName, ...scopes.map(({ node }) => node.id)]
    .map((name) => name.replaceAll(/[^\w.-]/g, '-'))
    .join(separator);
}

/** One of the functions' own metrics. */
export function ownMetric(
  { metricsNamespace }: WatchedPipeline,
  metricName: MetricName,
  statistic: string,
  label?: string,
): Metric {
  const named = label === undefined ? {} : { label };
  return new Metric({ namespace: metricsNamespace, metricName, statistic, period: PERIOD, ...named });
}

/**
 * Of a hundred attempts at callbacks, how many were answered 2xx; 100 where fewer than `fewest` were made. Two statistics
 * of one metric, so that both have data or neither: CloudWatch's FILL may leave a series empty that has no data at all.
 */
export function callbackSuccess(pipeline: WatchedPipeline, fewest: number): MathExpression {
  return new MathExpression({
    expression: `IF(attempts >= ${fewest}, 100 * share, 100)`,
    usingMetrics: {
      attempts: ownMetric(pipeline, 'CallbackSuccess', 'SampleCount', 'attempts'),
      share: ownMetric(pipeline, 'CallbackSuccess', 'Average', 'share answered 2xx'),
    },
    label: 'attempts answered 2xx, %',
    period: PERIOD,
  });
}

/** How many attempts at callbacks were not answered 2xx. */
export function attemptsFailed(pipeline: WatchedPipeline): MathExpression {
  return new MathExpression({
    expression: 'attempts - delivered',
    usingMetrics: {
      attempts: ownMetric(pipeline, 'CallbackSuccess', 'SampleCount', 'attempts'),
      delivered: ownMetric(pipeline, 'CallbackSuccess', 'Sum', 'delivered'),
    },
    label: 'failed',
    period: PERIOD,
  });
}
