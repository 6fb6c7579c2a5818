/** Of the time, an answer may take so much: one that took 50 ms stands for half a second. */
const DUTY = 10;

/**
 * Asks again only when the last answer has stood for long enough: however many look, and however long it takes.
 *
 * @param forMs how long an answer stands at least
 * @param now milliseconds of a clock that never goes back
 */
export function remembered<T>(
  ask: () => Promise<T>,
  forMs: number,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let standsUntilMs = 0;
  return () => {
    if (answer !== undefined && now() < standsUntilMs) return answer;
    const askedAtMs = now();
    const asked = ask();
    answer = asked;
    // Until it is there, whoever asks gets this one.
    standsUntilMs = Number.POSITIVE_INFINITY;
    asked.then(
      () => {
        standsUntilMs = now() + Math.max(forMs, DUTY * (now() - askedAtMs));
      },
      () => {
        // A failure is no answer.
        answer = undefined;
      },
    );
    return asked;
  };
}
