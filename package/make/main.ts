/**
 * Program of `npm run package`: makes the package that apps install, as `dist/package/` and
 * `dist/callback-completion-<version>.tgz`, and prints the sizes of its parts.
 */
import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { PACKAGE_FOLDER } from '../files.ts';
import { makePackage } from './make-package.ts';

const { folder, tarball } = await makePackage(join(PACKAGE_FOLDER, 'dist'));

const sizes = new Map<string, { files: number; bytes: number }>();
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = relative(folder, join(entry.parentPath, entry.name));
  const [part] = /^(dist\/(functions|console-page)|[^/]+(?=\/))|^.*$/.exec(path) ?? [path];
  const { files, bytes } = sizes.get(part) ?? { files: 0, bytes: 0 };
  sizes.set(part, { files: files + 1, bytes: bytes + statSync(join(folder, path)).size });
}
const kib = (bytes: number) => Math.round(bytes / 1_024);
console.table([...sizes].sort().map(([part, { files, bytes }]) => ({ part, files, KiB: kib(bytes) })));
console.log(`${relative(resolve('.'), tarball)}: ${kib(statSync(tarball).size)} KiB`);
