import type { BuildOptions } from 'esbuild';
import { trimSdk } from './trim-sdk.ts';

/** Options of every bundle. */
const COMMON = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  // A bundle stays in its deployer's account: nobody else needs the licences in it.
  legalComments: 'none',
  // With one character beyond ASCII, V8 reads the whole bundle as two bytes a character.
  charset: 'ascii',
  logLevel: 'silent',
  metafile: true,
} as const satisfies BuildOptions;

/** The parts of Node that CommonJS code expects and ES modules lack. */
const COMMONJS_BANNER =
  "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url),__filename=__fu(import.meta.url),__dirname=__dn(__filename);";

/**
 * Options of a function's own code: one CommonJS file that starts quickly.
 *
 * - CommonJS without dynamic imports: in an ES module, or for `import('node:http')`, Node also loads its fetch.
 * - `module` before `main`: esbuild can drop unused parts of the SDK's ES build, not of its CommonJS build.
 */
export const HANDLER_OPTIONS = {
  ...COMMON,
  format: 'cjs',
  mainFields: ['module', 'main'],
  supported: { 'dynamic-import': false },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
} as const satisfies BuildOptions;

/** The same with a trimmed SDK: for functions that contain our code alone. */
export const TRIMMED_HANDLER_OPTIONS = {
  ...HANDLER_OPTIONS,
  plugins: [trimSdk],
} satisfies BuildOptions;

/** Options of code that loads further modules while it runs: ES modules that share chunks. */
export const MODULE_OPTIONS = {
  ...COMMON,
  format: 'esm',
  splitting: true,
  // Errors are shown by the names of their classes.
  keepNames: true,
  banner: { js: COMMONJS_BANNER },
  outExtension: { '.js': '.mjs' },
} as const satisfies BuildOptions;

/**
 * The bundle does not name its source map, so that the code with a map equals the code without, to the byte. With
 * `splitting`, shared chunks have other names: esbuild names them by a hash of the code and the map.
 */
export const WITH_SOURCE_MAP = { sourcemap: 'external', sourcesContent: false } as const;
