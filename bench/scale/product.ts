import type { RetryPolicy } from '../../lambda/callback/backoff.ts';
import { pipelineSettings } from '../../lib/pipeline-settings.ts';
import { SECOND_MS } from './assumptions.ts';

const settings = pipelineSettings({});

/** The product's own settings, as a stack has them that sets nothing. */
export const PRODUCT: {
  readonly retryPolicy: RetryPolicy;
  readonly deadlineMs: number;
  readonly deliverConcurrency: number;
} = {
  retryPolicy: { waitsMs: settings.retryScheduleSeconds.map((seconds) => seconds * SECOND_MS) },
  deadlineMs: settings.deliveryDeadlineSeconds * SECOND_MS,
  deliverConcurrency: settings.deliverConcurrency,
};
