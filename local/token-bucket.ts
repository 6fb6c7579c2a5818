/** How many requests may pass, as API Gateway reckons it. */
export interface Throttle {
  /** Tokens that come back a second. */
  readonly requestsPerSecond: number;
  /** Tokens that the bucket holds at most, and at the beginning. */
  readonly burst: number;
}

/** Lets a request pass for each token that is there. */
export class TokenBucket {
  readonly #throttle: Throttle;
  #tokens: number;
  #filledAtMs: number;

  constructor(throttle: Throttle, nowMs: number) {
    this.#throttle = throttle;
    this.#tokens = throttle.burst;
    this.#filledAtMs = nowMs;
  }

  /** Whether one more may pass; if so it has. */
  take(nowMs: number): boolean {
    const { requestsPerSecond, burst } = this.#throttle;
    // A clock that is set back fills nothing, and takes nothing away.
    const passedSeconds = Math.max(0, nowMs - this.#filledAtMs) / 1_000;
    this.#tokens = Math.min(burst, this.#tokens + passedSeconds * requestsPerSecond);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
