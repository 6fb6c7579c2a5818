import { cpus } from 'node:os';

/** How far back `isSaturated` looks at least. */
const WINDOW_MS = 100;
/** And at most: a load that has only begun does not show in a longer one. */
const LONGEST_WINDOW_MS = 1_000;
/** Of all cores' time. */
const SATURATED_SHARE = 0.65;

let last = readClocks();
let saturated = false;

/**
 * Whether the machine's cores were busy lately, whoever kept them so. Then another thread would only take time
 * from those that are there.
 */
export function isSaturated(): boolean {
  const windowMs = performance.now() - last.atMs;
  if (windowMs < WINDOW_MS) return saturated;
  const now = readClocks();
  if (windowMs > LONGEST_WINDOW_MS) {
    // Until there is a window: whoever asks is about to make the cores busy.
    last = now;
    saturated = true;
    return saturated;
  }
  const passed = now.totalMs - last.totalMs;
  if (passed > 0) saturated = 1 - (now.idleMs - last.idleMs) / passed > SATURATED_SHARE;
  last = now;
  return saturated;
}

function readClocks(): { atMs: number; idleMs: number; totalMs: number } {
  let [idleMs, totalMs] = [0, 0];
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { atMs: performance.now(), idleMs, totalMs };
}
