import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** `folder/path` → the file's text, or the name under which the same text is already in the archive. */
type Archive = Readonly<Record<string, string | { readonly same_as: string }>>;

/**
 * The files that run a cloud assembly: template, manifests and bundles, without source maps and CDK's own notes.
 * A release is recorded from a working copy, so this list names what is taken, not what is left out.
 */
const RUNNABLE = [
  'manifest.json',
  'cdk.out',
  '*.template.json',
  '*.assets.json',
  'asset.*/**/*.js',
  'asset.*/**/*.mjs',
  'asset.*/**/package.json',
];

/**
 * Packs cloud assemblies into one compressed file. A file that several assemblies share is stored once.
 *
 * @param assemblies name in the archive → folder
 */
export function packAssemblies(assemblies: Readonly<Record<string, string>>): Buffer {
  const archive: Record<string, string | { same_as: string }> = {};
  const names = new Map<string, string>();
  for (const [folder, directory] of Object.entries(assemblies)) {
    for (const path of globSync(RUNNABLE, { cwd: directory }).sort()) {
      const name = `${folder}/${path}`;
      const text = readFileSync(join(directory, path), 'utf8');
      const same_as = names.get(text);
      archive[name] = same_as === undefined ? text : { same_as };
      if (same_as === undefined) names.set(text, name);
    }
  }
  // The bundles share most of their code; a window over all of them stores it once.
  return brotliCompressSync(JSON.stringify(archive), {
    params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  });
}

/**
 * Writes one assembly of an archive into a folder.
 *
 * @throws Error if the archive has no assembly of that name
 */
export function unpackAssembly(packed: Buffer, assembly: string, directory: string): void {
  const archive: Archive = JSON.parse(brotliDecompressSync(packed).toString('utf8'));
  const prefix = `${assembly}/`;
  const names = Object.keys(archive).filter((name) => name.startsWith(prefix));
  if (names.length === 0) throw new Error(`The archive has no assembly ${JSON.stringify(assembly)}.`);
  for (const name of names) {
    const file = join(directory, name.slice(prefix.length));
    mkdirSync(dirname(file), { recursive: true });
    const content = archive[name];
    const text = typeof content === 'object' ? archive[content.same_as] : content;
    writeFileSync(file, String(text));
  }
}
