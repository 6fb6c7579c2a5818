import { join } from 'node:path';

/**
 * Set to 1 for the bundler: beside the code go a source map and the notes of what is in it. The local stack asks for
 * them; what is deployed has neither, and the code is the same to the byte.
 */
export const BUNDLE_NOTES_VARIABLE = 'CALLBACK_COMPLETION_BUNDLE_NOTES';

/** What a bundle was made of; absolute paths. */
export interface BundleNotes {
  readonly sourceFolder: string;
  /** Further files of the folder that are bundled by themselves. */
  readonly besides: readonly string[];
  /** Our own files in it: those of packages are left out. */
  readonly sources: readonly string[];
}

/** Where the notes of a bundle are. */
export function notesFile(bundleFolder: string): string {
  return join(bundleFolder, 'notes.json');
}
