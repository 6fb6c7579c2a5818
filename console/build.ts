import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { PACKAGE_FOLDER } from '../package/files.ts';
import type { PageFiles } from './page-files.ts';

/** Where the page's sources are: `index.html`, `app.tsx` and `app.css`, which is not imported by the former. */
const PAGE = join(PACKAGE_FOLDER, 'console', 'page');

/** Bundles the page, in about a tenth of a second. */
export async function buildPage(): Promise<PageFiles & { readonly metafile: Metafile }> {
  const [html, { outputFiles, metafile }] = await Promise.all([
    readFile(join(PAGE, 'index.html')),
    build({
      entryPoints: [
        { in: join(PAGE, 'app.tsx'), out: 'app' },
        { in: join(PAGE, 'app.css'), out: 'app' },
      ],
      outdir: PAGE,
      write: false,
      metafile: true,
      bundle: true,
      minify: true,
      format: 'iife',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      // The page's own tsconfig is for the type checker.
      tsconfigRaw: {},
      charset: 'utf8',
      legalComments: 'none',
      logLevel: 'silent',
    }),
  ]);
  const contents = (end: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(end));
    if (file === undefined) throw new Error(`esbuild made no ${end} of ${PAGE}`);
    return file.contents;
  };
  return { html, script: contents('app.js'), style: contents('app.css'), metafile };
}
