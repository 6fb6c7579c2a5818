import { cpus } from 'node:os';

/** How far back `isSaturated` looks at least. */
const WINDOW_MS = 100;
/** And at most: a load that has only begun does not show in a longer one. */
const LONGEST_WINDOW_MS = 1_000;
/** Of all cores' time. */
const SATURATED_SHARE = 0.65;

/** The cores' clocks at a moment. */
export interface Clocks {
  /** Milliseconds of a clock that never goes back. */
  readonly atMs: number;
  /** Of all cores together. */
  readonly idleMs: number;
  /** Of all cores together. */
  readonly totalMs: number;
}

let last = readClocks();
let saturated = false;

/**
 * Whether the machine's cores were busy lately, whoever kept them so. Then another thread would only take time
 * from those that are there.
 */
export function isSaturated(): boolean {
  if (performance.now() - last.atMs < WINDOW_MS) return saturated;
  const now = readClocks();
  saturated = wasSaturated(last, now) ?? saturated;
  last = now;
  return saturated;
}

/**
 * Whether the cores were busy between two readings. Pure.
 *
 * @returns true, too, for readings that are too far apart: whoever asks is about to make the cores busy. undefined if the
 * cores' clocks did not move
 */
export function wasSaturated(from: Clocks, to: Clocks): boolean | undefined {
  if (to.atMs - from.atMs > LONGEST_WINDOW_MS) return true;
  const passedMs = to.totalMs - from.totalMs;
  if (passedMs <= 0) return undefined;
  return 1 - (to.idleMs - from.idleMs) / passedMs > SATURATED_SHARE;
}

function readClocks(): Clocks {
  let [idleMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { atMs: performance.now(), idleMs, totalMs };
}
