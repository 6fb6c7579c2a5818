import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { buildPage } from '../../console/build.ts';
import { MODULE_OPTIONS } from '../../lib/build/bundle-options.ts';
import { PACKAGE_FOLDER, PROGRAMS } from '../files.ts';

/** Packages that stay imports: those that the app brings, and the package's own dependencies. */
const EXTERNAL = ['aws-cdk-lib', 'classic-level', 'constructs', 'esbuild', 'zod'].flatMap((name) => [
  name,
  `${name}/*`,
]);

const OPTIONS = {
  bundle: true,
  platform: 'node',
  // `init` runs there, and the tests of tasks. What needs a later Node checks for it.
  target: 'node20',
  external: EXTERNAL,
  absWorkingDir: PACKAGE_FOLDER,
  charset: 'ascii',
  legalComments: 'none',
  logLevel: 'silent',
  metafile: true,
} as const satisfies BuildOptions;

/** esbuild finds modules whose names are put together at run time only if the whole file name is. */
const DYNALITE_MODULES: Plugin = {
  name: 'dynalite-modules',
  setup(build) {
    build.onLoad({ filter: /[\\/]dynalite[\\/]index\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const contents = source.replaceAll(
        /require\('(\.\/(?:actions|validations)\/)' \+ action\)/g,
        "require('$1' + action + '.js')",
      );
      if (contents === source) throw new Error(`${path} does not load its actions by name any more`);
      return { contents };
    });
  },
};

/** What apps import stays readable: a debugger shows it. */
const CJS = {
  ...OPTIONS,
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
  // Jest reads no ES modules, and zod has this locale in both formats.
  alias: { 'zod/v4/locales/en.js': 'zod/v4/locales/en.cjs' },
} as const satisfies BuildOptions;

/** For tests of tasks and for task files. Both formats, since a project's test runner decides which it loads. */
const LIBRARIES = { task: 'lambda/task/index.ts', testing: 'testing/index.ts' };

/**
 * Compiles everything that runs in Node into one folder: the construct, what task files and their tests import, and the
 * command with its programs.
 *
 * @returns esbuild's accounts of all of it
 */
export async function writeBundles(folder: string): Promise<Metafile[]> {
  const tools = PROGRAMS.filter((program) => program.endsWith('.ts'));
  const results = await Promise.all([
    build({ ...CJS, entryPoints: { index: 'package/index.ts', ...LIBRARIES }, outdir: folder }),
    build({
      ...OPTIONS,
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      entryPoints: LIBRARIES,
      outdir: folder,
    }),
    build({
      ...MODULE_OPTIONS,
      ...OPTIONS,
      mainFields: ['module', 'main'],
      entryPoints: Object.fromEntries([
        ['main', 'cli/main.ts'],
        ...tools.map((program) => [basename(program, '.ts'), program]),
      ]),
      chunkNames: 'chunk-[hash]',
      plugins: [DYNALITE_MODULES],
      outdir: folder,
    }),
  ]);
  for (const program of PROGRAMS.filter((one) => !one.endsWith('.ts'))) {
    copyFileSync(join(PACKAGE_FOLDER, program), join(folder, basename(program)));
  }
  return results.map(({ metafile }) => metafile);
}

/** Writes the console's page. */
export async function writePage(folder: string): Promise<Metafile> {
  const { html, script, style, metafile } = await buildPage();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.html'), html);
  writeFileSync(join(folder, 'app.js'), script);
  writeFileSync(join(folder, 'app.css'), style);
  return metafile;
}
