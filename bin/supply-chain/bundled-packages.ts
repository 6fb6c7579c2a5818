import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleOptions } from '../../lib/bundle-options.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** Programs that a function has besides its handler; a test holds them against the assembly. */
const BESIDES: Readonly<Record<string, readonly string[]>> = { run: ['task-process.ts'] };

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
  const folders = globSync('lambda/*/handler.ts', { cwd: REPOSITORY }).map(
    (file) => file.split(/[\\/]/)[1] ?? '',
  );
  const built = await Promise.all(
    folders.map(async (folder) => {
      const { metafile } = await build({
        ...bundleOptions(join(REPOSITORY, 'lambda', folder), BESIDES[folder]),
        absWorkingDir: REPOSITORY,
        outdir: folder,
        metafile: true,
        write: false,
      });
      return packagesIn(metafile, folder);
    }),
  );
  const scripts = new Map<string, string[]>();
  for (const [folder, script] of built.flat()) scripts.set(folder, [...(scripts.get(folder) ?? []), script]);
  return [...scripts]
    .map(([folder, holding]) => ({ folder, scripts: holding.sort() }))
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
