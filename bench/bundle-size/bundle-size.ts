/** Program: how large the code of the functions is that somebody waits for, minified, as deployed. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFunctions } from '../built-functions.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { rowsOf, TARGETS } from '../targets.ts';

const { jsonFile } = benchOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'bundle-size-'));
const rows = await measured().finally(() => rmSync(folder, { recursive: true, force: true }));

async function measured() {
  await builtFunctions(folder);
  return rowsOf(TARGETS['bundle-size'], {
    'bundle size of submit': sizeOf('submit'),
    'bundle size of deliver': sizeOf('deliver'),
    'bundle size of task-status': sizeOf('task-status'),
  });
}

function sizeOf(name: string) {
  return { figure: Math.round((statSync(join(folder, name, 'index.js')).size / 1_024) * 10) / 10 };
}

const notes = [
  'Minified, which is what Node parses at a cold start; it is one file each, with all it needs but Node itself.',
  'That undici is never loaded is held by `test/lib/build/functions.test.ts`.',
];
tell(benchResult('bundle-size', rows, notes, {}), jsonFile);
