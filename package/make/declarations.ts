import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { PACKAGE_FOLDER } from '../files.ts';

/** Entry points with the formats in which apps load them. */
const ENTRIES = [
  ['package/index.ts', ['cjs']],
  ['lambda/task/index.ts', ['cjs', 'mjs']],
  ['testing/index.ts', ['cjs', 'mjs']],
] as const;

/** `from './x.ts'` and `import('./x.ts')` in a declaration. Those of an example in a comment lead nowhere. */
const OWN_IMPORT = /((?:from |import\()['"])(\.{1,2}\/[^'"]+)\.ts(['"])/g;

/**
 * Writes the declarations that apps need, each file in the formats in which it is loaded: TypeScript takes `.d.cts` for
 * CommonJS and `.d.mts` for an ES module.
 */
export function writeDeclarations(folder: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'callback-completion-types-'));
  try {
    emit(emitted);
    for (const [entry, formats] of ENTRIES) {
      const texts = reachedFrom(entry.replace(/\.ts$/, ''), emitted);
      for (const format of formats) {
        for (const [file, text] of texts) {
          const path = join(folder, `${file}.d.${format.replace('js', 'ts')}`);
          mkdirSync(dirname(path), { recursive: true });
          const rewritten = text.replaceAll(OWN_IMPORT, (all, start, to, end) =>
            texts.has(posix.join(dirname(file), to)) ? `${start}${to}.${format}${end}` : all,
          );
          writeFileSync(path, rewritten);
        }
      }
    }
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

function emit(outDir: string): void {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const config = join(outDir, 'tsconfig.json');
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(PACKAGE_FOLDER, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        outDir,
        rootDir: PACKAGE_FOLDER,
        typeRoots: [join(PACKAGE_FOLDER, 'node_modules', '@types')],
      },
      include: [],
      files: ENTRIES.map(([entry]) => join(PACKAGE_FOLDER, entry)),
    }),
  );
  execFileSync(process.execPath, [tsc, '-p', config], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The texts of the declarations that an entry point needs, by their paths without an ending. */
function reachedFrom(entry: string, emitted: string): Map<string, string> {
  const texts = new Map<string, string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (texts.has(file)) continue;
    const path = join(emitted, `${file}.d.ts`);
    if (!existsSync(path)) continue;
    const text = readFileSync(path, 'utf8');
    texts.set(file, text);
    for (const [, , to = ''] of text.matchAll(OWN_IMPORT)) waiting.push(posix.join(dirname(file), to));
  }
  return texts;
}
