/**
 * Program: `node bin/licences.ts [--json]` lists name, version and licence of each package that is in a function's
 * bundle, then of the tools. It fails at a licence that is not on the list in `supply-chain/licence-check.ts`.
 */
import { join } from 'node:path';
import { bundledPackages } from './supply-chain/bundled-packages.ts';
import { isAllowed } from './supply-chain/licence-check.ts';
import { lockedPackages, nameOf, readLockFile } from './supply-chain/lock-file.ts';

const lock = readLockFile(join(import.meta.dirname, '..', 'package-lock.json'));
const deployed = new Set((await bundledPackages()).map(({ folder }) => folder));

const rows = lockedPackages(lock).map(([folder, { version = '', license }]) => {
  const use = deployed.has(folder) ? ('deployed' as const) : ('tool' as const);
  return {
    use,
    name: nameOf(folder),
    version,
    licence: license ?? 'none stated',
    allowed: isAllowed(license, use),
  };
});
const refused = rows.filter(({ allowed }) => !allowed);

if (process.argv.includes('--json')) {
  console.log(JSON.stringify(rows, undefined, 2));
} else {
  for (const use of ['deployed', 'tool'] as const) {
    const those = rows.filter((row) => row.use === use);
    console.log(`${use === 'deployed' ? 'In the bundles' : 'Tools'}: ${those.length} packages`);
    for (const { name, version, licence } of those) console.log(`  ${name} ${version}  ${licence}`);
  }
}
for (const { name, version, licence, use } of refused) {
  console.error(
    `${name} ${version}: ${licence} is not allowed for what is ${use === 'deployed' ? 'deployed' : 'a tool'}`,
  );
}
if (refused.length > 0) process.exitCode = 1;
