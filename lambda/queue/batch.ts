import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { LoggableError } from '../loggable-error.ts';
import { type Message, parseMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** What becomes of a message after a stage has looked at it. */
export type Disposition =
  | { readonly kind: 'acknowledge' }
  /** It comes back: after `afterSeconds`, or when its visibility timeout ends. */
  | { readonly kind: 'put-back'; readonly afterSeconds?: number };

export const ACKNOWLEDGE: Disposition = { kind: 'acknowledge' };

/** A parsed message together with how often SQS has handed it out. */
export interface Received extends Message {
  readonly receiveCount: number;
}

export interface BatchOptions {
  /** The queue that the event came from. */
  readonly queue: Queue;
  /** Time left before Lambda ends the invocation, in milliseconds. */
  readonly remainingMs: number;
  /** Hears of every item that failed by a fault of ours or by being malformed. */
  readonly onFault: (error: unknown, messageId: string) => void;
  /** Default: the process's own timers. */
  readonly startTimer?: StartTimer;
}

/** Calls back after so many milliseconds, unless what it returns is called before. */
export type StartTimer = (callBack: () => void, afterMs: number) => () => void;

/** So much is kept back to answer in time: past it, what is still open counts as failed. */
const ANSWER_RESERVE_MS = 1_000;

/**
 * The one place that answers an SQS batch. It never throws: a throw would bring the whole batch back, also
 * what was already done. The ids that it reports are those of this event alone: Lambda takes an unknown or
 * empty id for a failure of the whole batch, and an empty list for its success.
 */
export async function answerBatch(
  event: SQSEvent,
  { queue, remainingMs, onFault, startTimer = startProcessTimer }: BatchOptions,
  handle: (received: Received) => Promise<Disposition>,
): Promise<SQSBatchResponse> {
  const outOfTime = Promise.withResolvers<'out-of-time'>();
  const stopTimer = startTimer(
    () => outOfTime.resolve('out-of-time'),
    Math.max(0, remainingMs - ANSWER_RESERVE_MS),
  );

  const dispose = async (record: SQSRecord): Promise<Disposition> => {
    const disposition = await handle({
      ...parseMessage(record.body),
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
    });
    if (disposition.kind === 'put-back' && disposition.afterSeconds !== undefined) {
      await queue.comeBackAfter(record.receiptHandle, disposition.afterSeconds);
    }
    return disposition;
  };

  const failed = await Promise.all(
    event.Records.map(async (record) => {
      try {
        const end = await Promise.race([dispose(record), outOfTime.promise]);
        if (end === 'out-of-time')
          throw new LoggableError('the invocation ran out of time before the item was done');
        return end.kind === 'put-back' ? record.messageId : undefined;
      } catch (error) {
        onFault(error, record.messageId);
        return record.messageId;
      }
    }),
  );
  stopTimer();
  return {
    batchItemFailures: failed.filter((id) => id !== undefined).map((itemIdentifier) => ({ itemIdentifier })),
  };
}

function startProcessTimer(callBack: () => void, afterMs: number): () => void {
  const timer = setTimeout(callBack, afterMs);
  return () => clearTimeout(timer);
}
