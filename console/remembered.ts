/** Of the time, an answer may take so much: one that took 50 ms stands for half a second. */
const DUTY = 10;

/** Nobody waits longer for an answer than this, if there is an earlier one that may be given meanwhile. */
const QUICK_MS = 50;

export interface RememberedSettings {
  /** How long an answer is used at least, in milliseconds. */
  readonly forMs: number;

  /**
   * While it is asked again, the earlier answer is given until it is this old, in milliseconds, if asking took long the
   * last time.
   *
   * @default 0
   */
  readonly meanwhileForMs?: number;

  /**
   * Milliseconds of a clock that never goes back.
   *
   * @default - the process's
   */
  readonly now?: () => number;
}

/**
 * Asks again only when the last answer has stood for long enough: however many look, and however long it takes.
 *
 * @param ask a failure is not remembered
 */
export function remembered<T>(
  ask: () => Promise<T>,
  { forMs, meanwhileForMs = 0, now = () => performance.now() }: RememberedSettings,
): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly askedMs: number; readonly tookMs: number } | undefined;
  let asking: Promise<T> | undefined;
  return () => {
    const nowMs = now();
    if (last !== undefined && nowMs < last.askedMs + last.tookMs + Math.max(forMs, DUTY * last.tookMs)) {
      return last.answer;
    }
    if (asking === undefined) {
      const answer = ask();
      asking = answer;
      answer.then(
        () => {
          last = { answer, askedMs: nowMs, tookMs: now() - nowMs };
          asking = undefined;
        },
        () => {
          last = undefined;
          asking = undefined;
        },
      );
    }
    const mayStand = last !== undefined && last.tookMs > QUICK_MS && nowMs < last.askedMs + meanwhileForMs;
    return last !== undefined && mayStand ? last.answer : asking;
  };
}
