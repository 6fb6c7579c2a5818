/**
 * Program: `node bin/sbom.ts [--all]` writes a software bill of materials (CycloneDX 1.5, JSON) of what is deployed:
 * the packages that are in the functions' bundles. `--all`: of all that is installed, tools included.
 *
 * npm's own `--omit dev` would not do: it lists dependencies that are shaken out of the bundles, and leaves out what
 * is bundled and is a `devDependency`.
 */
import { join } from 'node:path';
import { type BillOfMaterials, deployedBill } from './supply-chain/bill-of-materials.ts';
import { bundledPackages } from './supply-chain/bundled-packages.ts';
import { nameOf, readLockFile } from './supply-chain/lock-file.ts';
import { npm } from './supply-chain/npm.ts';

const { output, errors } = npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']);
if (output === '') throw new Error(`npm sbom gave nothing:\n${errors}`);
const installed: BillOfMaterials = JSON.parse(output);

if (process.argv.includes('--all')) {
  console.log(output.trimEnd());
} else {
  const { packages } = readLockFile(join(import.meta.dirname, '..', 'package-lock.json'));
  const bundled = (await bundledPackages()).map(({ folder, scripts }) => ({
    name: nameOf(folder),
    version: packages[folder]?.version ?? '',
    scripts,
  }));
  console.log(JSON.stringify(deployedBill(installed, bundled), undefined, 2));
}
