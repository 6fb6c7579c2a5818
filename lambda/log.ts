import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import { callbackOrigin } from './callback/host.ts';
import { faultFields } from './fault-fields.ts';
import type { Entry } from './ledger/entry.ts';
import { asError } from './loggable-error.ts';

/**
 * A line says its level, what it is about and when; the rest is what it was given. Powertools' own would add a service
 * (the log group tells), a sampling rate (there is none) and a trace's id (nothing is traced): a hundred bytes, of which
 * ten million lines make half a dollar. For the same reason a step of a task has no message, which would be its `step`.
 */
class LeanFormatter extends LogFormatter {
  override formatAttributes(
    ...[{ logLevel, message, timestamp }, given]: Parameters<LogFormatter['formatAttributes']>
  ): LogItem {
    const attributes = {
      level: logLevel,
      ...(given.step !== message && { message }),
      timestamp: this.formatTimestamp(timestamp),
    };
    return new LogItem({ attributes }).addAttributes(given);
  }
}

/**
 * One for each function; lines are JSON on stdout. No payload, no secret and no full URL goes in. Errors are told by
 * `faultFields`, wherever in a line they stand.
 */
export const logger = new Logger({
  logFormatter: new LeanFormatter(),
  jsonReplacerFn: (_key, value) => (value instanceof Error ? faultFields(value) : value),
});

/** One wide line for a step of a task: everything that an operator asks about it, and nothing of its content. */
export function tellStep(step: string, entry: Entry, fields: object = {}): void {
  const { callback_url } = entry;
  tellRunStep(step, entry, {
    ...(callback_url !== undefined && { callback_origin: callbackOrigin(callback_url) }),
    ...fields,
  });
}

/** The same of a step that has nothing to do with where the callback goes; that was told when it was accepted. */
export function tellRunStep(step: string, entry: Entry, fields: object = {}): void {
  const { task_id, task_name, generation } = entry;
  logger.info(step, {
    step,
    task_id,
    task_name,
    // A life after the first is the exception, and 15 bytes.
    ...(generation > 0 && { generation }),
    ...fields,
  });
}

/**
 * A queue item that comes back by a fault of ours, or because it is not ours at all.
 *
 * @param fields what else the line says, such as what it counts
 */
export function tellFault(error: unknown, messageId: string, fields: object = {}): void {
  logger.error('item failed', { error: asError(error), message_id: messageId, ...fields });
}
