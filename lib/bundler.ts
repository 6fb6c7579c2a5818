/**
 * Program: `node lib/bundler.ts <source folder> <output folder> [further file…]` bundles `handler.ts` of the
 * source folder, and each further file, as `bundleOptions` says.
 */
import { bundleInto } from './bundle-into.ts';
import { BUNDLE_NOTES_VARIABLE } from './bundle-notes.ts';

const [sourceFolder, outputFolder, ...besides] = process.argv.slice(2);
if (sourceFolder === undefined || outputFolder === undefined) {
  throw new Error('usage: node lib/bundler.ts <source folder> <output folder> [further file…]');
}

const withNotes = process.env[BUNDLE_NOTES_VARIABLE] === '1';
await bundleInto(outputFolder, { sourceFolder, besides, withNotes }).catch(() => {
  // esbuild has printed what is wrong and where.
  process.exit(1);
});
