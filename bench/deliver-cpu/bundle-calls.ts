import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { TRIMMED_HANDLER_OPTIONS } from '../../lib/build/bundle-options.ts';

/**
 * Bundles `call-process.ts` as a function is, SDK trimmed and minified: what it costs is compared with what deliver
 * does, and they must make their calls by the same code.
 *
 * @returns the bundle's file
 */
export async function bundleCalls(folder: string): Promise<string> {
  await build({
    ...TRIMMED_HANDLER_OPTIONS,
    entryPoints: { index: join(import.meta.dirname, 'call-process.ts') },
    outdir: folder,
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  return join(folder, 'index.js');
}
