import type { Progress } from './run-chaos.ts';

/** Without a terminal, a line now and then. */
const PLAIN_EVERY_MS = 10_000;
const BAR_CELLS = 24;

/** Writes progress: one line that changes on a terminal, plain lines elsewhere. */
export function progressWriter(
  stream: NodeJS.WriteStream,
  now: () => number,
): { show(progress: Progress): void; end(): void } {
  let lastMs = Number.NEGATIVE_INFINITY;
  let shown = false;
  return {
    show(progress) {
      if (stream.isTTY) {
        stream.write(`\r\x1b[2K${lineOf(progress).slice(0, Math.max(20, stream.columns - 1))}`);
        shown = true;
      } else if (now() - lastMs >= PLAIN_EVERY_MS) {
        stream.write(`${lineOf(progress)}\n`);
        lastMs = now();
      }
    },
    end() {
      if (shown) stream.write('\r\x1b[2K');
    },
  };
}

function lineOf(progress: Progress): string {
  const { phase, share, accepted, processed, stackKills, workerKills, faults, overlaps, up } = progress;
  const cells = Math.round(share * BAR_CELLS);
  const bar = '█'.repeat(cells) + '░'.repeat(BAR_CELLS - cells);
  const where = phase === 'storm' ? `${bar} ${String(Math.floor(share * 100)).padStart(3)} %` : phase;
  return [
    where,
    `accepted ${accepted}`,
    `called back ${processed}`,
    `kills ${stackKills} + ${workerKills}`,
    `faults ${faults}`,
    `overlaps ${overlaps}`,
    ...(up ? [] : ['stack down']),
  ].join('  ');
}
