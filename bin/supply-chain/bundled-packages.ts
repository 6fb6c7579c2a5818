import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { buildFunctions } from '../../lib/build/build-functions.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** A package of which there is code in a bundle. */
export interface BundledPackage {
  /** Its folder as the lock file has it: `node_modules/zod`. */
  readonly folder: string;
  /** The scripts that hold it: `submit/index.js`. */
  readonly scripts: readonly string[];
}

/**
 * What is deployed, as esbuild tells it: not what package.json calls a dependency, of which most is shaken out, and
 * of which a `devDependency` can be one, too.
 */
export async function bundledPackages(): Promise<BundledPackage[]> {
  const outputFolder = mkdtempSync(join(tmpdir(), 'bundled-packages-'));
  try {
    const { metafiles } = await buildFunctions({
      taskFolders: [join(REPOSITORY, 'tasks')],
      nodeModules: [],
      appFolder: REPOSITORY,
      architecture: 'arm64',
      outputFolder,
      local: false,
    });
    const built = [...metafiles].flatMap(([name, files]) => files.flatMap((file) => packagesIn(file, name)));
    return scriptsByPackage(built);
  } finally {
    rmSync(outputFolder, { recursive: true, force: true });
  }
}

function scriptsByPackage(pairs: readonly (readonly [string, string])[]): BundledPackage[] {
  const scripts = new Map<string, Set<string>>();
  for (const [folder, script] of pairs) scripts.set(folder, (scripts.get(folder) ?? new Set()).add(script));
  return [...scripts]
    .map(([folder, holding]) => ({ folder, scripts: [...holding].sort() }))
    .sort((a, b) => a.folder.localeCompare(b.folder));
}

/** The packages of which a byte is in an output: `[folder, script]`, each pair once. */
export function packagesIn(
  { outputs }: Pick<Metafile, 'outputs'>,
  functionFolder: string,
): [string, string][] {
  return Object.entries(outputs).flatMap(([output, { inputs }]) => {
    const folders = Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => packageFolder(input))
      .filter((folder) => folder !== undefined);
    return [...new Set(folders)].map((folder): [string, string] => [
      folder,
      `${functionFolder}/${basename(output)}`,
    ]);
  });
}

/** `node_modules/@a/b/dist/c.js` is of `node_modules/@a/b`; undefined for what is ours. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*?\/)??(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}
