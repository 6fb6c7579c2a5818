/** Program: how large the code of the functions is that somebody waits for, minified, as deployed. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleInto } from '../../lib/bundle-into.ts';
import { benchOptions, benchResult, tell } from '../result.ts';
import { rowsOf, TARGETS } from '../targets.ts';

const LAMBDA = resolve(import.meta.dirname, '../../lambda');

const { jsonFile } = benchOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'bundle-size-'));
const rows = await measured().finally(() => rmSync(folder, { recursive: true, force: true }));

async function measured() {
  return rowsOf(TARGETS['bundle-size'], {
    'bundle size of submit': await sizeOf('submit'),
    'bundle size of deliver': await sizeOf('deliver'),
    'bundle size of task-status': await sizeOf('task-status'),
  });
}

async function sizeOf(name: string) {
  const into = join(folder, name);
  await bundleInto(into, { sourceFolder: join(LAMBDA, name), besides: [], withNotes: false });
  return { figure: Math.round((statSync(join(into, 'index.js')).size / 1_024) * 10) / 10 };
}

const notes = [
  'Minified, which is what Node parses at a cold start; it is one file each, with all it needs but Node itself.',
  'That undici is never loaded is held by `test/lib/bundle.test.ts`.',
];
tell(benchResult('bundle-size', rows, notes, {}), jsonFile);
