import { Duration } from 'aws-cdk-lib';
import type { ComparisonOperator, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Stage } from './stage.ts';

/** When an alarm goes off, and what it says. */
export interface AlarmRule {
  /** Names the alarm, and its section of the runbook. */
  readonly id: string;
  /** One sentence for whoever is woken by it. */
  readonly says: string;
  readonly metric: IMetric;
  /** @default - more than the threshold */
  readonly comparison?: ComparisonOperator;
  readonly threshold: number;
  /** In so many of the latest periods: more than one keeps an alarm from going on and off with every blip. */
  readonly periods: { readonly breaching: number; readonly of: number };
  /** What a period without data means. @default - nothing happened, and all is well */
  readonly silenceIsBad?: boolean;
}

export const MINUTE = Duration.minutes(1);

/** On in the first period that shows it; off once the last 15 minutes were well, for looking at letters hides them. */
export const AT_ONCE = { breaching: 1, of: 3 };
/** Two bad periods of 5 minutes in a quarter of an hour. One alone is a blip that the retries take care of. */
export const TWICE = { breaching: 2, of: 3 };
/** For a quarter of an hour without a break. */
export const LASTING = { breaching: 3, of: 3 };
/** Three bad minutes of five. */
export const MINUTES = { breaching: 3, of: 5 };

/** A function that crashes or is cut off. What a task throws is none of it. */
export function errors(name: string, stage: Stage, says: string): AlarmRule {
  return {
    id: `${name}Errors`,
    says,
    metric: stage.function.metricErrors(),
    threshold: 0,
    periods: TWICE,
  };
}

/** A function that Lambda does not start. */
export function throttles(name: string, stage: Stage): AlarmRule {
  return {
    id: `${name}Throttles`,
    says: `Lambda refuses to start the ${name.toLowerCase()} function: the account's concurrency is used up.`,
    metric: stage.function.metricThrottles(),
    threshold: 0,
    periods: TWICE,
  };
}

/** Invocations that Lambda dropped since they looked like an endless loop. Commonly the metric has no data at all. */
export function chainsCut(name: string, stage: Stage): AlarmRule {
  return {
    id: `${name}ChainsCut`,
    says: `Lambda took the pipeline for an endless loop and dropped invocations of the ${name.toLowerCase()} function.`,
    metric: stage.function.metric('RecursiveInvocationsDropped', { statistic: 'Sum' }),
    threshold: 0,
    periods: AT_ONCE,
  };
}
