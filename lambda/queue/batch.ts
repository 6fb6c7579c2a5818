import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { LoggableError } from '../loggable-error.ts';
import { type Message, parseMessage } from './message.ts';
import type { Queue } from './queue.ts';
import { type StartTimer, startProcessTimer } from './start-timer.ts';

/** What becomes of a message after a stage has looked at it. */
export type Disposition =
  | { readonly kind: 'acknowledge' }
  /** It comes back: after `afterSeconds`, or when its visibility timeout ends. */
  | { readonly kind: 'put-back'; readonly afterSeconds?: number }
  /**
   * The same message is sent again with a delay of 0 to 900 s, and then this one is acknowledged. All that the stage
   * writes is written before: so a message is replaced by one other at most, whatever becomes of those writes.
   */
  | { readonly kind: 'send-again'; readonly afterSeconds: number; readonly group: string };

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
  /** Where items are dealt with one after another. Default: all at once. */
  readonly turns?: Turns;
  /** Default: the process's own timers. */
  readonly startTimer?: StartTimer;
}

/** One item after another. */
export interface Turns {
  /** Whether there is time for one more; the first is begun in any case. What is not begun is put back as it came. */
  readonly timeForMore: () => boolean;
  /** Hears how many items were put back without having been begun. */
  readonly onUnbegun: (count: number) => void;
  /** Hears that no further turn is begun. */
  readonly onLast: () => void;
}

/** So much is kept back to answer in time: past it, what is still open counts as failed. */
const ANSWER_RESERVE_MS = 1_000;

/** Whether an item is to come back. Of one that has ended its turn, the next need not wait for the answer. */
type Failed = (record: SQSRecord, endTurn?: () => void) => Promise<boolean>;

/**
 * The one place that answers an SQS batch. It never throws: a throw would bring the whole batch back, also
 * what was already done. The ids that it reports are those of this event alone: Lambda takes an unknown or
 * empty id for a failure of the whole batch, and an empty list for its success.
 */
export async function answerBatch(
  event: SQSEvent,
  { queue, remainingMs, onFault, turns, startTimer = startProcessTimer }: BatchOptions,
  handle: (received: Received, endTurn: () => void) => Promise<Disposition>,
): Promise<SQSBatchResponse> {
  const outOfTime = Promise.withResolvers<'out-of-time'>();
  const stopTimer = startTimer(
    () => outOfTime.resolve('out-of-time'),
    Math.max(0, remainingMs - ANSWER_RESERVE_MS),
  );

  const dispose = async (record: SQSRecord, endTurn: () => void): Promise<Disposition> => {
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    const message = parseMessage(record.body);
    const received = { ...message, receiveCount };
    const disposition = await handle(received, endTurn);
    if (disposition.kind === 'put-back' && disposition.afterSeconds !== undefined) {
      await queue.comeBackAfter(record.receiptHandle, disposition.afterSeconds);
    }
    if (disposition.kind === 'send-again') {
      const { afterSeconds: delaySeconds, group } = disposition;
      await queue.send({ message, delaySeconds, group });
    }
    return disposition;
  };

  const failed: Failed = async (record, endTurn = () => {}) => {
    try {
      const end = await Promise.race([dispose(record, endTurn), outOfTime.promise]);
      if (end === 'out-of-time')
        throw new LoggableError('the invocation ran out of time before the item was done');
      return end.kind === 'put-back';
    } catch (error) {
      onFault(error, record.messageId);
      return true;
    }
  };

  const putBack = async ({ receiptHandle, messageId }: SQSRecord): Promise<void> => {
    // Where it cannot be said, the item comes back all the same, only later.
    const said = queue.comeBackAfter(receiptHandle, 0).catch((error) => onFault(error, messageId));
    await Promise.race([said, outOfTime.promise]);
  };

  const back =
    turns === undefined
      ? await filtered(event.Records, failed)
      : await inTurns(event.Records, turns, failed, putBack);
  stopTimer();
  const items = new Set(back);
  return {
    batchItemFailures: event.Records.filter((record) => items.has(record)).map(({ messageId }) => ({
      itemIdentifier: messageId,
    })),
  };
}

async function filtered(records: readonly SQSRecord[], failed: Failed): Promise<SQSRecord[]> {
  const ends = await Promise.all(records.map((record) => failed(record)));
  return records.filter((_, index) => ends[index]);
}

/**
 * One by one. Who has come most often goes first: whom time ran out for in one batch is not left over in the next as
 * well, until its receives are used up.
 */
async function inTurns(
  records: readonly SQSRecord[],
  { timeForMore, onUnbegun, onLast }: Turns,
  failed: Failed,
  putBack: (record: SQSRecord) => Promise<void>,
): Promise<SQSRecord[]> {
  // What is no message of SQS's fails in its turn, and by itself.
  const receives = ({ attributes }: Partial<SQSRecord>) => Number(attributes?.ApproximateReceiveCount) || 0;
  const inOrder = records.toSorted((a, b) => receives(b) - receives(a));
  const ends: Promise<boolean>[] = [];
  for (const record of inOrder) {
    if (ends.length > 0 && !timeForMore()) break;
    const turn = Promise.withResolvers<void>();
    const end = failed(record, turn.resolve);
    ends.push(end);
    await Promise.race([end, turn.promise]);
  }
  onLast();
  const unbegun = inOrder.slice(ends.length);
  if (unbegun.length > 0) onUnbegun(unbegun.length);
  const [isBack] = await Promise.all([Promise.all(ends), ...unbegun.map(putBack)]);
  return inOrder.filter((_, index) => isBack[index] ?? true);
}
