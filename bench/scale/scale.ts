import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plotOf } from './plot.ts';
import { reportOf, targetsTable } from './report.ts';
import { type Result, resultOf } from './results.ts';
import { BASELINE, SCENARIOS, type Scenario } from './scenarios.ts';
import { simulate } from './simulate.ts';
import { verdicts } from './targets.ts';

const USAGE = `npm run bench:scale -- [options]

Plays three days with callbacks owed to dead hosts, in virtual time, and writes docs/scale.md with its plot.

  --callbacks N    how many are owed to dead hosts, 1 to 2000000 (default 1000000)
  --scenario NAME  only this one and the baseline, and nothing is written:
                   ${SCENARIOS.map(({ name }) => name).join(', ')}
  --seed N         a whole number (default 1); the same seed gives the same figures
  --json           the figures as JSON on stdout; nothing is written
`;

const MOST_CALLBACKS = 2_000_000;
const ROOT = join(import.meta.dirname, '../..');

/** Progress goes to stderr, the targets' table or JSON to stdout. */
function main(): void {
  const { values } = parseArgs({
    options: {
      callbacks: { type: 'string', default: '1000000' },
      scenario: { type: 'string' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const callbacks = wholeNumber('--callbacks', values.callbacks, { min: 1, max: MOST_CALLBACKS });
  const seed = wholeNumber('--seed', values.seed, { min: 0, max: 2 ** 32 - 1 });
  const results = play(chosen(values.scenario), { callbacks, seed });

  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ callbacks, seed, verdicts: verdicts(results), results }, null, 2)}\n`,
    );
    return;
  }
  process.stdout.write(`${targetsTable(results)}\n`);
  if (values.scenario === undefined) {
    mkdirSync(join(ROOT, 'docs/images'), { recursive: true });
    writeFileSync(join(ROOT, 'docs/images/scale.svg'), plotOf(results));
    writeFileSync(join(ROOT, 'docs/scale.md'), reportOf(results, { callbacks, seed }));
    process.stderr.write('written: docs/scale.md, docs/images/scale.svg\n');
  }
}

/** The baseline first: the others are told against it. */
function chosen(name: string | undefined): readonly Scenario[] {
  if (name === undefined) return SCENARIOS;
  const scenario = SCENARIOS.find((known) => known.name === name);
  if (scenario === undefined) {
    const known = SCENARIOS.map((each) => each.name).join(', ');
    throw new RangeError(`--scenario is ${JSON.stringify(name)}; it must be one of ${known}`);
  }
  return scenario === BASELINE ? [BASELINE] : [BASELINE, scenario];
}

function play(scenarios: readonly Scenario[], options: { callbacks: number; seed: number }): Result[] {
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const startedMs = Date.now();
    const onProgress = (share: number) => showProgress(scenario, share, Date.now() - startedMs);
    const run = simulate(scenario, { ...options, onProgress });
    results.push(resultOf(run, results[0]?.usage ?? run.usage));
    showProgress(scenario, 1, Date.now() - startedMs);
    process.stderr.write('\n');
  }
  return results;
}

function showProgress({ name }: Scenario, share: number, tookMs: number): void {
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  // Where nobody watches, only the last line of each scenario is written.
  if (process.stderr.isTTY || share === 1) {
    process.stderr.write(`\r${name.padEnd(16)} ${percent} ${(tookMs / 1_000).toFixed(0).padStart(4)} s`);
  }
}

function wholeNumber(option: string, given: string, { min, max }: { min: number; max: number }): number {
  const number = Number(given);
  if (/^\d+$/.test(given) && number >= min && number <= max) return number;
  throw new RangeError(
    `${option} is ${JSON.stringify(given)}; it must be a whole number from ${min} to ${max}`,
  );
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 2;
}
