/**
 * Program: `node lib/bundler.ts <source folder> <output folder> [further file…]` bundles `handler.ts` of the
 * source folder, and each further file, as `bundleOptions` says.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

const [sourceFolder, outputFolder, ...besides] = process.argv.slice(2);
if (sourceFolder === undefined || outputFolder === undefined) {
  throw new Error('usage: node lib/bundler.ts <source folder> <output folder> [further file…]');
}

await build({ ...bundleOptions(sourceFolder, besides), outdir: outputFolder }).catch(() => {
  // esbuild has printed what is wrong and where.
  process.exit(1);
});
// Without it `index.js` would be taken for an ES module wherever a parent folder's package.json says so.
writeFileSync(join(outputFolder, 'package.json'), '{"type":"commonjs"}\n');
