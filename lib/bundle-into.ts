import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type LogLevel } from 'esbuild';
import { type BundleNotes, notesFile } from './bundle-notes.ts';
import { bundleOptions } from './bundle-options.ts';

export interface BundleRequest extends Pick<BundleNotes, 'sourceFolder' | 'besides'> {
  /** Whether a source map and the notes are written, too. */
  readonly withNotes: boolean;

  /**
   * What esbuild itself prints.
   *
   * @default - warnings and errors
   */
  readonly logLevel?: LogLevel;
}

/**
 * Bundles a function's folder into another one.
 *
 * @throws BuildFailure of esbuild's, with what is wrong and where
 */
export async function bundleInto(
  bundleFolder: string,
  { sourceFolder, besides, withNotes, logLevel = 'warning' }: BundleRequest,
): Promise<BundleNotes> {
  const { metafile } = await build({
    ...bundleOptions(sourceFolder, besides),
    outdir: bundleFolder,
    metafile: true,
    logLevel,
    // External: the code does not name its map, and so is what is deployed. The sources are at hand.
    ...(withNotes && { sourcemap: 'external', sourcesContent: false }),
  });
  // Without it `index.js` would be taken for an ES module wherever a parent folder's package.json says so.
  writeFileSync(join(bundleFolder, 'package.json'), '{"type":"commonjs"}\n');
  const notes: BundleNotes = {
    sourceFolder: resolve(sourceFolder),
    besides,
    sources: Object.keys(metafile.inputs)
      .filter((input) => !/(^|\/)node_modules\//.test(input))
      .map((input) => resolve(input)),
  };
  if (withNotes) writeFileSync(notesFile(bundleFolder), JSON.stringify(notes));
  return notes;
}
