import { setTimeout as delay } from 'node:timers/promises';

/** Waits until so many items more may be handled; false where they may not any more, after Ctrl-C. */
export type Pace = (count: number) => Promise<boolean>;

/**
 * Spreads work evenly over time.
 *
 * @param perSecond items a second at most
 * @param interrupted ends a wait at once
 */
export function pace(perSecond: number, interrupted: AbortSignal): Pace {
  let freeAtMs = 0;
  return async (count) => {
    const nowMs = performance.now();
    const waitMs = freeAtMs - nowMs;
    freeAtMs = Math.max(freeAtMs, nowMs) + (count * 1_000) / perSecond;
    if (waitMs > 0) await delay(waitMs, undefined, { signal: interrupted }).catch(() => {});
    return !interrupted.aborted;
  };
}
