/**
 * Program: `node bin/bundle-sizes.ts [assembly] [--json]` prints how large each function's code is in a synthesized
 * assembly (default `cdk.out`). Node parses `index.js` at each cold start, and the work of a task before its first run,
 * so the minified size counts. The gzipped size is about what is uploaded.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const TARGET_KIB = 240;

interface BundleSize {
  readonly function: string;
  readonly file: string;
  readonly minifiedKib: number;
  readonly gzippedKib: number;
  readonly withinTarget: boolean;
}

/** The parts of an assembly's manifest and of its asset manifests that are read here. */
interface AssemblyManifest {
  readonly artifacts: Record<
    string,
    { readonly type: string; readonly properties?: { readonly file?: string } }
  >;
}
interface AssetManifest {
  readonly files: Record<
    string,
    { readonly displayName: string; readonly source: { readonly path: string; readonly packaging: string } }
  >;
}

const options = process.argv.slice(2);
const assembly = options.find((option) => !option.startsWith('--')) ?? 'cdk.out';
if (!existsSync(join(assembly, 'manifest.json'))) {
  console.error(
    `No assembly in ${assembly}; make one with \`npm run synth\`, or give its folder as the argument.`,
  );
  process.exit(1);
}
const sizes = bundleSizes(assembly);
console.log(options.includes('--json') ? JSON.stringify(sizes, undefined, 2) : table(sizes));

function bundleSizes(folder: string): BundleSize[] {
  const { artifacts }: AssemblyManifest = readJson(join(folder, 'manifest.json'));
  return Object.values(artifacts).flatMap(({ type, properties }) => {
    if (type !== 'cdk:asset-manifest' || properties?.file === undefined) return [];
    const { files }: AssetManifest = readJson(join(folder, properties.file));
    return Object.values(files)
      .filter(({ source }) => source.packaging === 'zip')
      .flatMap(({ displayName, source }) => scriptSizes(displayName, join(folder, source.path)));
  });
}

/** `Pipeline/Submit/Function/Code` is the code of the function that the construct calls `Submit`. */
function scriptSizes(displayName: string, folder: string): BundleSize[] {
  const [, functionName = displayName] = /([^/]+)\/Function\/Code$/.exec(displayName) ?? [];
  return globSync(['index.js', 'task-process.mjs', 'work/*.mjs'], { cwd: folder })
    .filter((file) => !file.startsWith('work/chunk-'))
    .sort()
    .map((file) => {
      const code = readFileSync(join(folder, file));
      return {
        function: functionName,
        file,
        minifiedKib: kib(code.byteLength),
        gzippedKib: kib(gzipSync(code).byteLength),
        withinTarget: file !== 'index.js' || kib(code.byteLength) <= TARGET_KIB,
      };
    });
}

function table(rows: readonly BundleSize[]): string {
  const line = (name: string, file: string, minified: string, gzipped: string, note: string) =>
    `${name.padEnd(14)}${file.padEnd(29)}${minified.padStart(12)}${gzipped.padStart(11)}  ${note}`.trimEnd();
  return [
    line('function', 'file', 'minified KiB', 'gzip KiB', `(target for index.js: ${TARGET_KIB} KiB minified)`),
    ...rows.map((row) =>
      line(
        row.function,
        row.file,
        row.minifiedKib.toFixed(1),
        row.gzippedKib.toFixed(1),
        row.withinTarget ? '' : `${(row.minifiedKib - TARGET_KIB).toFixed(1)} over`,
      ),
    ),
  ].join('\n');
}

function kib(bytes: number): number {
  return Math.round((bytes / 1_024) * 10) / 10;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'));
}
