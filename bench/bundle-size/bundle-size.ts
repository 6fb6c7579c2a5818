/** Program: how large the code of the functions is that somebody waits for, minified, as deployed. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleInto } from '../../lib/bundle-into.ts';
import { benchOptions, benchResult, type Row, tell } from '../result.ts';

const FUNCTIONS = ['submit', 'deliver', 'task-status'] as const;
const LIMIT_KIB = 220;
const LAMBDA = resolve(import.meta.dirname, '../../lambda');

const { jsonFile } = benchOptions(process.argv.slice(2));
const folder = mkdtempSync(join(tmpdir(), 'bundle-size-'));
const rows: Row[] = [];
try {
  for (const name of FUNCTIONS) {
    const into = join(folder, name);
    await bundleInto(into, { sourceFolder: join(LAMBDA, name), besides: [], withNotes: false });
    rows.push({
      target: `bundle size of ${name}`,
      figure: Math.round((statSync(join(into, 'index.js')).size / 1_024) * 10) / 10,
      unit: 'KiB',
      comparison: 'at most',
      limit: LIMIT_KIB,
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const notes = [
  'Minified, which is what Node parses at a cold start; it is one file each, with all it needs but Node itself.',
  'That undici is never loaded is held by `test/lib/bundle.test.ts`.',
];
tell(benchResult('bundle-size', rows, notes, {}), jsonFile);
