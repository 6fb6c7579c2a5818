/**
 * Program: `npm run test:engines`. Runs the tests of the ledger, the queue, the functions and the pipeline, and a trial
 * of the synthesized bundles, on engines that nobody here wrote. Prints a table for each, and `N passed, N failed`.
 * `-- moto ministack` runs these two alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizePresent, TEST_SETTINGS } from '../support/synthesize-present.ts';
import { ENGINES } from './catalogue.ts';
import { DIFFERENCES } from './differences.ts';
import { operatedCounts, testTable, trialFailures, trialTable } from './results.ts';
import { runEngine } from './run-engine.ts';

const names = ENGINES.map(({ name }) => name);
const chosen = process.argv.length > 2 ? process.argv.slice(2) : names;
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`There is no engine ${unknown}. Choose of: ${names.join(', ')}.`);
  process.exit(2);
}

const assembly = mkdtempSync(join(tmpdir(), 'engines-assembly-'));
const synthesized = synthesizePresent(assembly, TEST_SETTINGS);

const results = await Promise.all(
  ENGINES.filter(({ name }) => chosen.includes(name)).map(async (engine) => {
    await synthesized;
    const startMs = performance.now();
    const result = await runEngine(engine, assembly);
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    console.log(
      `${engine.name}: ${result.missing === undefined ? `done after ${seconds} s` : 'did not run'}`,
    );
    return result;
  }),
);
rmSync(assembly, { recursive: true, force: true });

for (const { engine, problems } of results)
  for (const problem of problems) console.log(`\n${engine.name}: ${problem}`);
console.log(`\n${testTable(results)}\n\n${trialTable(results)}\n`);
for (const { engine, does, consequence, skipped } of DIFFERENCES)
  if (skipped) console.log(`${engine} ${does}. ${skipped.file}, "${skipped.title}": ${consequence}.`);

let passed = 0;
let failed = 0;
for (const result of results) {
  const { engine, trial, missing } = result;
  if (missing !== undefined) {
    console.log(`${engine.name} did NOT run: ${missing}`);
    // CI must not pass without it.
    if (process.env.CI === 'true') failed += 1;
    continue;
  }
  for (const failure of trialFailures(trial)) console.log(`FAILED  trial on ${engine.name}: ${failure}`);
  const operated = operatedCounts(result);
  const trialFailed = trialFailures(trial).length > 0;
  passed += result.passed + operated.passed + Number(!trialFailed);
  failed += result.failed + operated.failed + Number(trialFailed);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
