import type { Terminal } from './terminal.ts';

/** Tells how far long work has come. */
export interface Progress {
  advance(count: number): void;
  /** Takes the bar away. */
  end(): void;
}

const BAR_WIDTH = 30;
const REDRAWN_AFTER_MS = 100;
/** Where there is no terminal, a line now and then goes into whatever keeps the output. */
const TOLD_AFTER_MS = 10_000;

/**
 * A bar on standard error where that is a terminal, else a line every 10 s; nothing with `--json`.
 *
 * @param what is being done: `redriving`
 * @param total items expected, approximately; 0 where nobody knows
 * @param now milliseconds of a clock that never goes back
 */
export function progress(
  what: string,
  total: number,
  { draw, err }: Pick<Terminal, 'draw' | 'err'>,
  json: boolean,
  now: () => number = () => performance.now(),
): Progress {
  if (json) return { advance: () => {}, end: () => {} };
  let done = 0;
  let toldAtMs = now();
  let drawn = false;
  return {
    advance(count) {
      done += count;
      const nowMs = now();
      if (nowMs - toldAtMs < (draw === undefined ? TOLD_AFTER_MS : REDRAWN_AFTER_MS)) return;
      toldAtMs = nowMs;
      drawn = true;
      if (draw === undefined) err(`${what}: ${ofTotal(done, total)}`);
      else draw(`\r\u001b[K${bar(what, done, total)}`);
    },
    end() {
      if (drawn) draw?.('\r\u001b[K');
    },
  };
}

/** `redriving  ███████░░░░░░  420 of about 1000`; a count alone where the total is not known. */
export function bar(what: string, done: number, total: number): string {
  if (total <= 0) return `${what}  ${done}`;
  const filled = Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
  return `${what}  ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}  ${ofTotal(done, total)}`;
}

function ofTotal(done: number, total: number): string {
  return total <= 0 ? String(done) : `${done} of about ${Math.max(done, total)}`;
}
