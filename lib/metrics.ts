import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../lambda/environment.ts';
import type { TaskApi } from './api.ts';
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
  let stack = Stack.of(pipeline);
  while (stack.nestedStackParent !== undefined) stack = stack.nestedStackParent;
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

/** Of a hundred attempts at callbacks, how many were answered 2xx; 100 where fewer than `fewest` were made. */
export function callbackSuccess(pipeline: WatchedPipeline, fewest: number): MathExpression {
  const delivered = 'FILL(delivered, 0)';
  const attempts = `(${delivered} + FILL(failed, 0))`;
  return new MathExpression({
    expression: `IF(${attempts} >= ${fewest}, 100 * ${delivered} / ${attempts}, 100)`,
    usingMetrics: {
      delivered: ownMetric(pipeline, 'CallbacksDelivered', 'Sum', 'delivered'),
      failed: ownMetric(pipeline, 'CallbackAttemptsFailed', 'Sum', 'failed attempts'),
    },
    label: 'attempts answered 2xx, %',
    period: PERIOD,
  });
}
