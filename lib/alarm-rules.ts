import { ComparisonOperator, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type AlarmRule,
  AT_ONCE,
  chainsCut,
  errors,
  LASTING,
  MINUTE,
  MINUTES,
  TWICE,
  throttles,
} from './alarm-rule.ts';
import { callbackSuccess, ownMetric, PERIOD, type WatchedPipeline } from './metrics.ts';

/**
 * How long a message may wait for its stage. Half of it may have been asked for: a delay of up to 15 minutes is the
 * queue's own, and waits of up to 120 s each are, at most six times in one message. The queues lose a message after 4 days.
 */
const OLDEST_SECONDS = 1_800;

/** Of the 120,000 messages in flight at which SQS hands out no more: leaves minutes to act at 100 a second. */
const MOST_IN_FLIGHT = 80_000;

/** One bad message fails twice in 5 minutes, and ends in the dead-letter queue, which has an alarm. More is a fault. */
const MOST_MESSAGES_FAILED = 4;

/** Two calls of wake. One that is skipped or slow is made up for by the next. */
const MOST_OVERDUE_SECONDS = 120;

/** Below it more attempts fail than succeed: one receiver that is down seldom does that, a fault of ours does. */
const LEAST_SUCCESS_PERCENT = 50;
/** Of fewer attempts in 5 minutes a share says nothing: two of three may be one receiver's. */
const FEWEST_ATTEMPTS = 20;

/** One request of a hundred. With fewer than five errors in 5 minutes it may be a single client's bad luck. */
const MOST_SERVER_ERRORS_PERCENT = 1;
const FEWEST_SERVER_ERRORS = 5;

/** A cold start takes about one second, a warm answer a tenth; the functions are cut off after ten. */
const MOST_LATENCY_MS = 3_000;

/** What goes off when. Each has a section in docs/runbook.md; a test holds that. */
export function alarmRules(pipeline: WatchedPipeline): AlarmRule[] {
  const { api, submit, tasks, run, callbacks, deliver, wake, deadLetters } = pipeline;
  return [
    {
      id: 'DeadLetters',
      says: 'Something was given up and waits in the dead-letter queue for a person.',
      metric: deadLetters.queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
      threshold: 0,
      periods: AT_ONCE,
    },
    {
      id: 'OldestTask',
      says: 'Tasks wait too long to be run.',
      metric: tasks.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
      // Its message lies in the queue while a task runs, and once more where its first run crashed.
      threshold: OLDEST_SECONDS + 2 * tasks.visibilityTimeout.toSeconds(),
      periods: TWICE,
    },
    {
      id: 'OldestCallback',
      says: 'Callbacks wait too long to be attempted.',
      metric: callbacks.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
      threshold: OLDEST_SECONDS,
      periods: TWICE,
    },
    {
      id: 'TasksInFlight',
      says: 'The tasks queue nears the 120,000 messages in flight at which SQS hands out no more.',
      metric: tasks.queue.metricApproximateNumberOfMessagesNotVisible({
        statistic: 'Maximum',
        period: MINUTE,
      }),
      threshold: MOST_IN_FLIGHT,
      periods: MINUTES,
    },
    {
      id: 'CallbacksInFlight',
      says: 'The callbacks queue nears the 120,000 messages in flight at which SQS hands out no more.',
      metric: callbacks.queue.metricApproximateNumberOfMessagesNotVisible({
        statistic: 'Maximum',
        period: MINUTE,
      }),
      threshold: MOST_IN_FLIGHT,
      periods: MINUTES,
    },
    errors('Submit', submit, 'The submit function crashes: clients get 5xx answers.'),
    errors('Run', run, 'The run function crashes or is cut off.'),
    errors('Deliver', deliver, 'The deliver function crashes or is cut off.'),
    {
      ...errors('Wake', wake, 'The wake function fails: what was parked may not come back in time.'),
      metric: wake.function.metricErrors({ period: MINUTE }),
      periods: MINUTES,
    },
    {
      id: 'TimersOverdue',
      says: 'The wake function does not keep up: what was parked comes back late.',
      metric: ownMetric(pipeline, 'OldestOverdueTimerSeconds', 'Maximum'),
      threshold: MOST_OVERDUE_SECONDS,
      periods: TWICE,
    },
    {
      id: 'MessagesFailed',
      says: 'A stage cannot handle its messages: they come back, and die after their last receive.',
      metric: ownMetric(pipeline, 'MessagesFailed', 'Sum'),
      threshold: MOST_MESSAGES_FAILED,
      periods: TWICE,
    },
    throttles('Run', run),
    throttles('Deliver', deliver),
    chainsCut('Run', run),
    {
      id: 'CallbackSuccess',
      says: 'More than half of the attempts at callbacks fail.',
      metric: callbackSuccess(pipeline, FEWEST_ATTEMPTS),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: LEAST_SUCCESS_PERCENT,
      periods: LASTING,
    },
    {
      id: 'ApiServerErrors',
      says: 'The API answers more than one request of a hundred with a 5xx.',
      // Errors without requests there are none. Where only the errors have no data, neither has the share: all is well.
      metric: new MathExpression({
        expression: `IF(errors >= ${FEWEST_SERVER_ERRORS}, 100 * errors / requests, 0)`,
        usingMetrics: {
          errors: api.metric('5xx', { statistic: 'Sum' }),
          requests: api.metric('Count', { statistic: 'SampleCount' }),
        },
        label: 'requests answered 5xx, %',
        period: PERIOD,
      }),
      threshold: MOST_SERVER_ERRORS_PERCENT,
      periods: TWICE,
    },
    {
      id: 'ApiLatency',
      says: 'The API answers slowly.',
      metric: api.metric('Latency', { statistic: 'p99' }),
      threshold: MOST_LATENCY_MS,
      periods: LASTING,
    },
    {
      id: 'WakeStopped',
      says: 'The wake function is not called any more: nothing that was parked comes back.',
      metric: wake.function.metricInvocations(),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      periods: { breaching: 2, of: 2 },
      // A function that is not called has no data at all.
      silenceIsBad: true,
    },
  ];
}
