/**
 * Program: `node bin/audit.ts` asks npm's registry for known vulnerabilities of all that is installed, and tells which
 * of them are in a function's bundle. What is asked for is the whole list, and not `--omit=dev`: a `devDependency`
 * can be bundled.
 *
 * Exit code: 0 none in a bundle, 1 some, 2 the registry did not answer, so that nobody takes it for a clean one.
 */
import { auditVerdict } from './supply-chain/audit-verdict.ts';
import { bundledPackages } from './supply-chain/bundled-packages.ts';
import { npm } from './supply-chain/npm.ts';

const deployed = new Set((await bundledPackages()).map(({ folder }) => folder));
const verdict = auditVerdict(npm(['audit', '--json']).output, deployed);

if (verdict.kind === 'not-run') {
  console.error(`not run: ${verdict.why}\nNothing was checked. Run it where the registry answers audits.`);
  process.exitCode = 2;
} else {
  const inBundles = verdict.vulnerable.filter((one) => one.deployed);
  const tools = verdict.vulnerable.filter((one) => !one.deployed);
  for (const { name, severity } of inBundles) console.error(`deployed: ${name} (${severity})`);
  for (const { name, severity } of tools) console.warn(`a tool: ${name} (${severity})`);
  console.log(
    `${deployed.size} packages in the bundles: ${inBundles.length} vulnerable; of the tools: ${tools.length}`,
  );
  if (inBundles.length > 0) process.exitCode = 1;
}
