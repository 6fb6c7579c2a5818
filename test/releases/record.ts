/**
 * Program: `node test/releases/record.ts <version>` records the present source as that release, into
 * `test/releases/<version>/`. Run it once, on the commit that is released.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../../lambda/contract/version.ts';
import { opsJson } from '../support/ops.ts';
import { synthesizePresent } from '../support/synthesize-present.ts';
import { packAssemblies } from './archive.ts';
import { startHandDrivenStack } from './hand-driven-stack.ts';
import { keptResources } from './kept-resources.ts';
import { recordCases, VARIABLES } from './record-cases.ts';
import { KEY_CLIENT, recordKeyCases } from './record-key-cases.ts';
import { DEPLOYMENTS, type Deployment, FILES, type RecordedState } from './recorded-release.ts';

const [version] = process.argv.slice(2);
if (version !== VERSION) {
  throw new Error(`This source is version ${VERSION}. Usage: node test/releases/record.ts ${VERSION}`);
}
const directory = join(import.meta.dirname, version);
if (existsSync(directory)) {
  throw new Error(
    `${directory} exists. A release is recorded once; if it is not released yet, delete the folder and run this again.`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'record-release-'));
const assemblyOf = (deployment: Deployment) => join(folder, deployment);

async function recordState(
  deployment: Deployment,
): Promise<{ readonly state: RecordedState; readonly parts: object }> {
  const stateDirectory = join(folder, `${deployment}-state`);
  const stack = await startHandDrivenStack(assemblyOf(deployment), stateDirectory, VARIABLES);
  try {
    const hasKeys = deployment === 'api-key';
    const recorded = hasKeys ? await recordKeyCases(stack) : { cases: await recordCases(stack) };
    const whose = hasKeys ? ['--client', KEY_CLIENT] : [];
    const { client = '', current = '' } = await opsJson(
      'secret',
      'show',
      ...whose,
      '--state',
      stateDirectory,
    );
    return {
      state: { master_secret: stack.masterSecret(), signing_secrets: { [client]: current }, ...recorded },
      parts: stack.parts,
    };
  } finally {
    await stack.stop();
  }
}

/** Readable JSON: an attribute value stands on one line. */
function readable(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\{\s+("[SN]": "(?:[^"\\]|\\.)*")\s+\}/g, '{ $1 }')}\n`;
}

try {
  const deployments = Object.keys(DEPLOYMENTS) as Deployment[];
  for (const deployment of deployments) {
    await synthesizePresent(assemblyOf(deployment), DEPLOYMENTS[deployment]);
  }
  mkdirSync(directory);
  const write = (file: string, content: string | Buffer) => writeFileSync(join(directory, file), content);
  const resources: Record<string, unknown> = {};
  for (const deployment of deployments) {
    const { state, parts } = await recordState(deployment);
    write(FILES.state(deployment), readable(state));
    const templateFile = join(assemblyOf(deployment), 'CallbackCompletion.template.json');
    const template = JSON.parse(readFileSync(templateFile, 'utf8'));
    resources[deployment] = { parts, resources: keptResources(template.Resources) };
  }
  write(FILES.resources, readable(resources));
  const assemblies = Object.fromEntries(
    deployments.map((deployment) => [deployment, assemblyOf(deployment)]),
  );
  write(FILES.assemblies, packAssemblies(assemblies));
  console.log(`Recorded ${version} in ${directory}.`);
} catch (error) {
  rmSync(directory, { recursive: true, force: true });
  throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
