/** When a function gets another execution environment. Pure. */
import { availableParallelism } from 'node:os';

/** This many environments of a function can keep the cores busy. */
const FEW = Math.max(2, availableParallelism());
/** How long a caller waits for a busy environment before another is started, while there are few. */
const SHORT_PATIENCE_MS = 5;
/** The same, once there are more than a few. */
const PATIENCE_MS = 40;
/**
 * The same for a function whose invocations may have several messages. While its one environment is busy, they gather
 * into a batch, which costs less than an invocation for each.
 */
const BATCH_PATIENCE_MS = 150;
/**
 * The same, while the cores are busy, and only if no environment became free meanwhile. As long as they do, one more
 * would take its time from the others, and 25 to 100 MB of memory.
 */
const SATURATED_PATIENCE_MS = 1_000;

export interface PoolState {
  /** Those that exist or are starting. */
  readonly environments: number;
  /** How long the first of those who wait for an environment has waited. */
  readonly waitedMs: number;
  /** How long ago an environment last became free. */
  readonly sinceFreedMs: number;
  /** Whether an invocation may have several messages. */
  readonly takesBatches: boolean;
  /** Asked only if it matters: whether the machine's cores are busy. */
  readonly isSaturated: () => boolean;
}

/**
 * Whether to start another environment for who waits.
 *
 * @param few how many environments can keep the cores busy; default: as many as there are cores, at least 2
 */
export function needsAnother(
  { environments, waitedMs, sinceFreedMs, takesBatches, isSaturated }: PoolState,
  few: number = FEW,
): boolean {
  if (environments === 0) return true;
  if (!takesBatches && environments < few) return waitedMs >= SHORT_PATIENCE_MS;
  if (!isSaturated()) return waitedMs >= (takesBatches ? BATCH_PATIENCE_MS : PATIENCE_MS);
  return Math.min(waitedMs, sinceFreedMs) >= SATURATED_PATIENCE_MS;
}
