/** `npm run chaos`: see `--help`. */
import { randomInt } from 'node:crypto';
import { UsageError } from '../local/user-error.ts';
import { type ChaosOptions, HELP, parseOptions } from './options.ts';
import { progressWriter } from './progress-line.ts';
import { isKept, tableOf } from './report.ts';
import { runChaos } from './run-chaos.ts';

const KILLS_PER_MINUTE = { stack: 1.2, workers: 20 };

/** Longer than any visibility timeout (3 min) or deadline (140 s) of the run. */
const PATIENCE_MS = 360_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: ChaosOptions;
  try {
    options = parseOptions(args, randomInt(2 ** 31 - 1));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }

  const brokenOff = new AbortController();
  const breakOff = () => brokenOff.abort(new Error('broken off'));
  process.on('SIGINT', breakOff).on('SIGTERM', breakOff).on('SIGHUP', breakOff);
  const { tasks, minutes, seed, json } = options;
  const progress = progressWriter(process.stderr, Date.now);
  console.error(`${tasks} tasks in ${minutes} min, seed ${seed}. Ctrl-C breaks it off.`);
  try {
    const report = await runChaos({
      tasks,
      stormMs: minutes * 60_000,
      kills: {
        stack: Math.max(1, Math.round(minutes * KILLS_PER_MINUTE.stack)),
        workers: Math.max(2, Math.round(minutes * KILLS_PER_MINUTE.workers)),
      },
      endWithKill: false,
      seed,
      patienceMs: PATIENCE_MS,
      signal: brokenOff.signal,
      onProgress: (now) => progress.show(now),
    });
    progress.end();
    console.log(json ? JSON.stringify(report, null, 2) : tableOf(report));
    for (const violation of report.violations) console.error(violation);
    return isKept(report) ? 0 : 1;
  } catch (error) {
    progress.end();
    console.error(brokenOff.signal.aborted ? 'Broken off; everything is stopped.' : error);
    return brokenOff.signal.aborted ? 130 : 1;
  }
}
