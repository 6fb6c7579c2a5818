import { join } from 'node:path';
import { makePackage } from '../../package/make/make-package.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

/**
 * Packs the package, unless `CALLBACK_COMPLETION_TARBALL` names one that was packed before, as CI does for several suites.
 *
 * @returns the path of the tarball
 */
export async function packedTarball(): Promise<string> {
  const { CALLBACK_COMPLETION_TARBALL: packed } = process.env;
  return packed ?? (await makePackage(DIST)).tarball;
}
