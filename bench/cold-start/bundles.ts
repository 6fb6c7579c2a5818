import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { keepDefinitions } from '../../lib/build/keep-definition.ts';
import { builtFunctions } from '../built-functions.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

export interface Bundles {
  readonly folder: string;
  /** As deployed. */
  readonly shipped: string;
  /** As esbuild makes it of the same source where nothing is asked for but an ES module, minified. */
  readonly usual: string;
  readonly shippedKib: number;
  readonly usualKib: number;
}

export async function makeBundles(): Promise<Bundles> {
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
  const functions = join(folder, 'functions');
  await builtFunctions(functions);
  const usual = join(folder, 'usual', 'index.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'usual-submit.ts')],
    outfile: usual,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // What the CommonJS among the packages needs in an ES module; everybody adds it.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    // Both have the definition without the work.
    plugins: [keepDefinitions([join(REPOSITORY, 'tasks/generate-report/task.ts')])],
    logLevel: 'warning',
  });
  const shipped = join(functions, 'submit', 'index.js');
  return { folder, shipped, usual, shippedKib: kib(shipped), usualKib: kib(usual) };
}

function kib(file: string): number {
  return Math.round((statSync(file).size / 1_024) * 10) / 10;
}
