import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plotsOf } from './plots/plots.ts';
import { PROGRAMS } from './programs.ts';
import { type Measured, pageOf } from './report/page.ts';

const ROOT = join(import.meta.dirname, '..');

/** What the last full run has measured, a file for each program. */
export const RESULTS_FOLDER = join(import.meta.dirname, 'results');

/** What figures depend on, besides what is measured. */
const MEASURED_WITH = ['@aws-sdk/client-dynamodb', 'esbuild', 'dynalite', 'fauxqs', 'bullmq', 'pg-boss'];

/** Of this, and of what it is measured with. */
export function versions(): Record<string, string> {
  const own = packageJson('package.json');
  const known = {
    ...own.dependencies,
    ...own.devDependencies,
    ...packageJson('bench/peers/package.json').dependencies,
  };
  const found = MEASURED_WITH.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]]));
  return { 'callback-completion': own.version, ...Object.fromEntries(found) };
}

export function readResults(folder = RESULTS_FOLDER): Measured {
  const files = new Set(readdirSync(folder));
  const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  return {
    results: PROGRAMS.flatMap(({ name }) => (files.has(`${name}.json`) ? [read(name)] : [])),
    versions: files.has('versions.json') ? read('versions') : {},
  };
}

/** The page and its plots: path below the repository → content. */
export function reportFiles(measured: Measured): ReadonlyMap<string, string> {
  const plots = plotsOf(measured.results);
  return new Map([
    ['docs/benchmarks.md', pageOf(measured, plots)],
    ...plots.map(({ file, svg }): [string, string] => [`docs/images/${file}`, svg]),
  ]);
}

/** @returns what was written */
export function writeReport(measured: Measured): string[] {
  const files = reportFiles(measured);
  const images = join(ROOT, 'docs/images');
  mkdirSync(images, { recursive: true });
  // A plot that is no longer drawn is not to stay.
  for (const file of readdirSync(images)) if (/^bench-.*\.svg$/.test(file)) rmSync(join(images, file));
  for (const [path, content] of files) writeFileSync(join(ROOT, path), content);
  return [...files.keys()];
}

interface PackageJson {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function packageJson(path: string): PackageJson {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: '' };
    throw error;
  }
}
