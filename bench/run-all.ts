/** Program: `npm run bench`. Measures one target after the other and tells which were reached. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESULTS_FOLDER, readResults, versions, writeReport } from './report.ts';
import type { BenchResult } from './result.ts';
import { parseRunOptions, type RunOptions, USAGE } from './run-options.ts';
import { runProgram } from './run-program.ts';
import { countOf, countText, rowsIn, targetsText } from './verdicts.ts';

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort()).once('SIGTERM', () => stopping.abort());

process.exitCode = await main();

async function main(): Promise<number> {
  let options: RunOptions;
  try {
    options = parseRunOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message} \`npm run bench -- --help\` tells more.`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.onlyReport) {
    tellWritten();
    return 0;
  }
  const { results, failures } = await runEach(options);
  if (!options.isQuick && !stopping.signal.aborted) tellWritten();
  console.log(`\n${targetsText(results)}`);
  if (options.isQuick)
    console.log('A quick run: it shows that all works, and measures too little to judge by.');
  for (const failure of failures) console.log(`failed: ${failure}`);
  if (failures.length > 0) return 1;
  return options.isStrict && countOf(rowsIn(results)).missed > 0 ? 1 : 0;
}

/** One after another: side by side they would measure each other. */
async function runEach({ programs, isQuick }: RunOptions) {
  const results: BenchResult[] = [];
  const failures: string[] = [];
  const beganMs = performance.now();
  for (const [index, program] of programs.entries()) {
    if (stopping.signal.aborted) break;
    tell(beganMs, `${index + 1} of ${programs.length}: ${program.name}`);
    const { result, failure } = await runProgram(program, { isQuick, stopping: stopping.signal });
    results.push(result);
    if (failure !== undefined) failures.push(`${program.name}: ${failure}`);
    tell(beganMs, `${program.name}: ${failure ?? countText(countOf(result.rows))}`);
    if (!isQuick && !stopping.signal.aborted) write(program.name, result);
  }
  return { results, failures };
}

function write(name: string, result: unknown): void {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(join(RESULTS_FOLDER, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
  writeFileSync(join(RESULTS_FOLDER, 'versions.json'), `${JSON.stringify(versions(), undefined, 2)}\n`);
}

function tellWritten(): void {
  for (const file of writeReport(readResults())) console.error(`written: ${file}`);
}

/** Progress, with the minutes and seconds that have passed. */
function tell(beganMs: number, words: string): void {
  const seconds = Math.round((performance.now() - beganMs) / 1_000);
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  console.error(`[${clock}] ${words}`);
}
