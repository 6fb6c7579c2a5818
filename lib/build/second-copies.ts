import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import type { Metafile } from 'esbuild';
import { PACKAGE_FOLDER } from '../../package/files.ts';
import { shownPath } from './build-error.ts';

/** In a clone, what tasks import of this package is bundled from its sources. */
const OWN_SOURCES = join(PACKAGE_FOLDER, 'lambda') + sep;

/**
 * Returns a line for each package that files of the app find in another place than the pipeline does. Two copies of
 * callback-completion may be of different releases. Two copies of zod do not share their settings, and both would be in
 * the submit function.
 *
 * @param metafile esbuild's account of the definitions
 * @param appFolder folder from which the pipeline finds zod
 */
export function secondCopies({ inputs }: Pick<Metafile, 'inputs'>, appFolder: string): string[] {
  const places: Readonly<Record<string, string | undefined>> = {
    'callback-completion': PACKAGE_FOLDER,
    zod: folderOf('zod', appFolder),
  };
  const found = new Map<string, string>();
  for (const [importer, { imports }] of Object.entries(inputs)) {
    if (/(^|\/)node_modules\//.test(importer) || resolve(importer).startsWith(OWN_SOURCES)) continue;
    for (const { path, original = '' } of imports) {
      const [name = ''] = original.split('/');
      const expected = Object.hasOwn(places, name) ? places[name] : undefined;
      if (expected === undefined || resolve(path).startsWith(expected + sep)) continue;
      const other = packageFolder(resolve(path));
      found.set(
        `${importer} ${other}`,
        `${shownPath(importer)}: imports the ${name} in ${other}, but the pipeline uses the one in ${expected}. Keep one of them: let both packages ask for the same version of ${name}, then run npm dedupe.`,
      );
    }
  }
  return [...found.values()];
}

/** Undefined if the app does not have the package. */
function folderOf(name: string, appFolder: string): string | undefined {
  try {
    const manifest = createRequire(join(appFolder, 'package.json')).resolve(`${name}/package.json`);
    return dirname(realpathSync(manifest));
  } catch {
    return undefined;
  }
}

/** `/app/node_modules/zod` of `/app/node_modules/zod/mini/index.js`. */
function packageFolder(file: string): string {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0] ?? dirname(file);
}
