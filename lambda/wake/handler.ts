import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { METRICS } from '../contract/metrics.ts';
import { ENVIRONMENT } from '../contract/variables.ts';
import { dynamoClient, dynamoLedger } from '../ledger/dynamo-ledger.ts';
import { logger } from '../log.ts';
import { asError, LoggableError } from '../loggable-error.ts';
import { metricFields } from '../metrics.ts';
import { sqsClient, sqsQueue } from '../queue/queue.ts';
import { settingsFrom } from '../settings.ts';
import { sendDue, type WakePorts, type Woken } from './send-due.ts';

const settings = settingsFrom<'wake'>(process.env);
const sqs = sqsClient();

/** No page is begun in the last seconds: the next minute's call finds what is left. */
const RESERVE_MS = 5_000;

const metricsNamespace = settings.text(ENVIRONMENT.metricsNamespace);

const ports: WakePorts = {
  ledger: dynamoLedger(dynamoClient(), settings.text(ENVIRONMENT.ledgerTable)),
  queues: {
    tasks: sqsQueue(sqs, settings.text(ENVIRONMENT.tasksQueueUrl)),
    callbacks: sqsQueue(sqs, settings.text(ENVIRONMENT.callbacksQueueUrl)),
  },
  now: Date.now,
  onFault: (error) => logger.error('timers could not be sent; they stay', { error: asError(error) }),
};

/** The clock: called every minute, sends a message for every timer that is due. */
export const handler = middy<unknown, Woken, Error, Context>({ timeoutEarlyInMillis: 0 }).handler(
  async (_event, context) => {
    const woken = await sendDue(ports, Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS);
    if (woken.sent + woken.failed + woken.shardsLeft > 0) {
      const counted = {
        ...(woken.failed > 0 && { [METRICS.messagesFailed]: woken.failed }),
        ...(woken.oldestOverdueSeconds > 0 && {
          [METRICS.oldestOverdueTimerSeconds]: woken.oldestOverdueSeconds,
        }),
      };
      logger.info('timers', { ...woken, ...metricFields(metricsNamespace, Date.now(), counted) });
    }
    // Everything readable was sent; failing now makes Lambda count an error, which is what alarms look at.
    if (woken.unreadShards > 0)
      throw new LoggableError(`${woken.unreadShards} shards of timers could not be read`);
    return woken;
  },
);
