/**
 * Program: `node lib/bundler.ts <source folder> <output folder> [further file…]` bundles `handler.ts` of the
 * source folder as `index.js`, and each further file (`task-process.ts`) under its own name (`task-process.js`).
 *
 * What the options are for, all of it cold start:
 * - CommonJS without a dynamic import left: in an ES module, or at run time by `import('node:http')`, Node
 *   also loads its implementation of fetch, which nothing here uses.
 * - `module` before `main`: the SDK's ES build can be shaken, its CommonJS build cannot.
 * - no source map: it would be several times the size of the code it explains.
 * - no legal comments: a bundle goes to its deployer's own account and to nobody else.
 */
import { writeFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import { build } from 'esbuild';
import { trimSdk } from './trim-sdk.ts';

const [sourceFolder, outputFolder, ...besides] = process.argv.slice(2);
if (sourceFolder === undefined || outputFolder === undefined) {
  throw new Error('usage: node lib/bundler.ts <source folder> <output folder> [further file…]');
}

await build({
  entryPoints: {
    index: join(sourceFolder, 'handler.ts'),
    ...Object.fromEntries(besides.map((file) => [parse(file).name, join(sourceFolder, file)])),
  },
  outdir: outputFolder,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  supported: { 'dynamic-import': false },
  // What the sources know as ES modules, by its CommonJS name.
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  plugins: [trimSdk],
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
}).catch(() => process.exit(1)); // esbuild has printed what is wrong and where
// Without it `index.js` would be taken for an ES module wherever a parent folder's package.json says so.
writeFileSync(join(outputFolder, 'package.json'), '{"type":"commonjs"}\n');
