import { join, parse } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { trimSdk } from './trim-sdk.ts';

/**
 * How a function's folder becomes its code: `handler.ts` as `index.js`, and each further file (`task-process.ts`)
 * under its own name (`task-process.js`).
 *
 * What the options are for, all of it cold start:
 * - CommonJS without a dynamic import left: in an ES module, or at run time by `import('node:http')`, Node
 *   also loads its implementation of fetch, which nothing here uses.
 * - `module` before `main`: the SDK's ES build can be shaken, its CommonJS build cannot.
 * - no source map: it would be several times the size of the code it explains.
 * - ASCII only: one character beyond it, and V8 reads the whole bundle as two bytes a character.
 * - no legal comments: a bundle goes to its deployer's own account and to nobody else.
 */
export function bundleOptions(sourceFolder: string, besides: readonly string[] = []): BuildOptions {
  return {
    entryPoints: {
      index: join(sourceFolder, 'handler.ts'),
      ...Object.fromEntries(besides.map((file) => [parse(file).name, join(sourceFolder, file)])),
    },
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
    charset: 'ascii',
    logLevel: 'warning',
  };
}
