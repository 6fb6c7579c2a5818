import { METRICS, type MetricName } from './contract/metrics.ts';
import type { Attempt, Entry } from './ledger/entry.ts';
import { tellFault, tellStep } from './log.ts';

/** What one line counts. */
export type MetricValues = { readonly [Name in MetricName]?: number };

/**
 * The fields that make CloudWatch count while it takes in the line that they are in (embedded metric format): no call,
 * no agent, no second line. Without dimensions, since each of their values would be a metric to pay for; what is
 * asked about hosts, tasks and clients is answered by the lines themselves.
 *
 * @param namespace this deployment's own, so that it needs no dimension to be told from another
 * @param atMs when what is counted took place
 */
export function metricFields(namespace: string, atMs: number, values: MetricValues): object {
  const names = Object.keys(values);
  if (names.length === 0) return {};
  const metrics = names.map((name) => ({ Name: name }));
  return {
    _aws: {
      Timestamp: atMs,
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[]], Metrics: metrics }],
    },
    ...values,
  };
}

/** What a step of deliver counts; nothing, where it made no attempt. */
export function countedIn(step: string, entry: Entry, fields: Partial<Attempt>): MetricValues {
  const { at_ms: atMs, duration_ms: durationMs = 0 } = fields;
  if (atMs === undefined) return {};
  switch (step) {
    case 'delivered': {
      const { generation, outcome } = entry;
      // What was replayed or redriven waited for a person, which would drown how long the others wait.
      const isFirstLife = generation === 0 && outcome !== undefined;
      return {
        [METRICS.callbackSuccess]: 1,
        ...(isFirstLife && {
          [METRICS.callbackLatencyMs]: Math.max(0, atMs + durationMs - outcome.completed_at_ms),
        }),
      };
    }
    case 'attempt-failed':
    case 'dead':
      return { [METRICS.callbackSuccess]: 0 };
    default:
      return {};
  }
}

/** Tells deliver's steps, each in one wide line, with what it counts. */
export function deliverTeller(namespace: string) {
  return (step: string, entry: Entry, fields: Partial<Attempt> = {}): void => {
    const values = countedIn(step, entry, fields);
    const { at_ms: atMs, ...others } = fields;
    if (atMs === undefined || Object.keys(values).length === 0) {
      tellStep(step, entry, fields);
    } else {
      // The metrics' own time stamp is that of the attempt: told once, for ten million lines are paid by the byte.
      tellStep(step, entry, { ...others, ...metricFields(namespace, atMs, values) });
    }
  };
}

/** Tells of messages that come back by a fault, and counts them: Lambda counts no error where a batch fails in part. */
export function faultTeller(namespace: string) {
  return (error: unknown, messageId: string): void =>
    tellFault(error, messageId, metricFields(namespace, Date.now(), { [METRICS.messagesFailed]: 1 }));
}
