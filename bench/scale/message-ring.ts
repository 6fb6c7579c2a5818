/** Messages first in, first out, each with when it became receivable. Grows by itself. */
export interface MessageRing {
  readonly length: number;
  add(message: number, receivableAtMs: number): void;
  /** Takes the oldest out. Only where `length` is not 0. */
  take(): number;
  /** Of the message that was taken last. */
  readonly receivableAtMs: number;
  /** The oldest message, which stays; undefined where there is none. */
  readonly oldest: number | undefined;
  /** Infinity where there is none. */
  readonly oldestAtMs: number;
}

export function messageRing(): MessageRing {
  let capacity = 1_024;
  let messages = new Int32Array(capacity);
  let times = new Float64Array(capacity);
  let first = 0;
  let length = 0;
  let takenAtMs = Number.NaN;

  const grow = () => {
    const [olderMessages, olderTimes] = [messages, times];
    messages = new Int32Array(capacity * 2);
    times = new Float64Array(capacity * 2);
    messages.set(olderMessages.subarray(first));
    messages.set(olderMessages.subarray(0, first), capacity - first);
    times.set(olderTimes.subarray(first));
    times.set(olderTimes.subarray(0, first), capacity - first);
    capacity *= 2;
    first = 0;
  };

  return {
    get length() {
      return length;
    },
    get receivableAtMs() {
      return takenAtMs;
    },
    get oldest() {
      return length === 0 ? undefined : messages[first];
    },
    get oldestAtMs() {
      return length === 0 ? Number.POSITIVE_INFINITY : (times[first] ?? Number.NaN);
    },
    add(message, receivableAtMs) {
      if (length === capacity) grow();
      const slot = (first + length) & (capacity - 1);
      messages[slot] = message;
      times[slot] = receivableAtMs;
      length += 1;
    },
    take() {
      const message = messages[first];
      if (length === 0 || message === undefined) throw new RangeError('there is no message to take');
      takenAtMs = times[first] ?? Number.NaN;
      first = (first + 1) & (capacity - 1);
      length -= 1;
      return message;
    },
  };
}
