import type { RecordedCase, RecordedItem, RecordedMessage } from './recorded-release.ts';

/**
 * Moves a case in time: every absolute time in its items and messages, by the same number of milliseconds.
 * Durations stay as they are.
 */
export function shiftCase(recorded: RecordedCase, byMs: number): RecordedCase {
  return {
    ...recorded,
    recorded_at_ms: recorded.recorded_at_ms + byMs,
    items: recorded.items.map((item) => shiftFields(item, byMs) as RecordedItem),
    messages: recorded.messages.map(
      (message): RecordedMessage => ({ ...message, visible_at_ms: message.visible_at_ms + byMs }),
    ),
  };
}

/** When the first message or timer of a case that had to wait is due, in epoch milliseconds. */
export function nextDueMs({ recorded_at_ms, items, messages }: RecordedCase): number {
  const timers = items.filter(({ pk }) => pk?.S?.startsWith('timer#')).map(({ at_ms }) => Number(at_ms?.N));
  const waiting = [...messages.map(({ visible_at_ms }) => visible_at_ms), ...timers].filter(
    (ms) => ms > recorded_at_ms,
  );
  if (waiting.length === 0) throw new Error('Nothing in this case waits for a message or a timer.');
  return Math.min(...waiting);
}

/** When the lease of a running task ends, in epoch milliseconds. */
export function leaseEndsMs({ items }: RecordedCase): number {
  const lease = items.find(({ lease_expires_at_ms }) => lease_expires_at_ms !== undefined);
  if (lease === undefined) throw new Error('No task of this case has a lease.');
  return Number(lease.lease_expires_at_ms?.N);
}

/** Fields of an item, or of a map within it, in DynamoDB's JSON. */
function shiftFields(fields: Readonly<Record<string, unknown>>, byMs: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, shiftValue(name, value as object, byMs)]),
  );
}

function shiftValue(name: string, value: object, byMs: number): unknown {
  if ('M' in value) return { M: shiftFields(value.M as Record<string, unknown>, byMs) };
  if ('L' in value) return { L: (value.L as object[]).map((one) => shiftValue(name, one, byMs)) };
  if ('N' in value && isTimeInMs(name)) return { N: String(Number(value.N) + byMs) };
  if ('N' in value && name === 'expires_at') {
    return { N: String(Number(value.N) + Math.round(byMs / 1000)) };
  }
  if ('S' in value && name === 'sk') return { S: shiftSortKey(String(value.S), byMs) };
  if ('S' in value && name === 'attempts') return { S: shiftAttempts(String(value.S), byMs) };
  return value;
}

function isTimeInMs(name: string): boolean {
  return name.endsWith('_ms') && name !== 'duration_ms';
}

/** Timers and rows of the dead list begin with 13 digits of milliseconds and `#`. */
function shiftSortKey(sortKey: string, byMs: number): string {
  return sortKey.replace(/^\d{13}(?=#)/, (ms) => String(Number(ms) + byMs).padStart(13, '0'));
}

/** `<ms in base 36>.<duration>.<result>`, separated by spaces. */
function shiftAttempts(attempts: string, byMs: number): string {
  return attempts.replace(/(?<=^| )[0-9a-z]+(?=\.)/g, (ms) => (Number.parseInt(ms, 36) + byMs).toString(36));
}
