import { readFileSync, rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { BuildFailure } from 'esbuild';
import { bundleInto } from '../../lib/bundle-into.ts';
import { type BundleNotes, notesFile } from '../../lib/bundle-notes.ts';
import type { LocalStack } from '../local-stack.ts';

/** Bundles of a function that are kept: what runs may yet start a process of an older one. */
const KEPT_BUNDLES = 5;

/** What a reloader needs of the stack. */
export interface ReloadStack extends Pick<LocalStack, 'replaceCode'> {
  readonly description: {
    readonly functions: readonly { readonly arn: string; readonly codeDirectory: string }[];
  };
}

/** What became of a change. */
export interface Reloaded {
  /** Those of the changed files that are in a bundle, absolute. */
  readonly files: readonly string[];
  /** Folders below `lambda/` whose functions run the new code. */
  readonly functions: readonly string[];
  /** The same of those that go on with the old code. */
  readonly failed: readonly string[];
  /** Of the builds; each begins with `file:line:column`. */
  readonly errors: readonly string[];
  readonly tookMs: number;
}

/** One bundle and the functions that run it. */
interface Bundle {
  notes: BundleNotes;
  readonly functionArns: readonly string[];
  /** Whether its last build failed: then any change may be what it waits for. */
  broken: boolean;
  builds: number;
}

/** Bundles functions again when a file that is in their bundle has changed, and has the stack run the new code. */
export class Reloader {
  readonly #stack: ReloadStack;
  readonly #folder: string;
  readonly #bundles: readonly Bundle[];

  /** @param folder for the new bundles */
  constructor(stack: ReloadStack, folder: string) {
    this.#stack = stack;
    this.#folder = folder;
    const byCode = Map.groupBy(stack.description.functions, ({ codeDirectory }) => codeDirectory);
    this.#bundles = [...byCode].map(([codeDirectory, functions]) => ({
      notes: JSON.parse(readFileSync(notesFile(codeDirectory), 'utf8')),
      functionArns: functions.map(({ arn }) => arn),
      broken: false,
      builds: 0,
    }));
  }

  /**
   * @param changed files, absolute
   * @returns undefined where no function is concerned
   */
  async reload(changed: readonly string[]): Promise<Reloaded | undefined> {
    const startedMs = performance.now();
    const due = this.#bundles.filter(
      ({ broken, notes }) => broken || changed.some((file) => isIn(file, notes)),
    );
    if (due.length === 0) return undefined;

    const errors = (await Promise.all(due.map((bundle) => this.#rebuild(bundle)))).flat();
    const names = (bundles: readonly Bundle[]) =>
      bundles.map(({ notes }) => basename(notes.sourceFolder)).sort();
    return {
      files: changed.filter((file) => due.some(({ notes }) => isIn(file, notes))),
      functions: names(due.filter(({ broken }) => !broken)),
      failed: names(due.filter(({ broken }) => broken)),
      errors: [...new Set(errors)],
      tookMs: performance.now() - startedMs,
    };
  }

  /** @returns what is wrong; nothing where all is well, or has been told by the function itself */
  async #rebuild(bundle: Bundle): Promise<string[]> {
    bundle.builds += 1;
    const { sourceFolder, besides } = bundle.notes;
    const output = (build: number) => join(this.#folder, `${basename(sourceFolder)}-${build}`);
    const newest = output(bundle.builds);
    try {
      bundle.notes = await bundleInto(newest, { sourceFolder, besides, withNotes: true, logLevel: 'silent' });
    } catch (error) {
      bundle.broken = true;
      return toldErrors(error);
    }
    const loaded = await Promise.all(bundle.functionArns.map((arn) => this.#stack.replaceCode(arn, newest)));
    bundle.broken = loaded.includes(false);
    rmSync(output(bundle.builds - KEPT_BUNDLES), { recursive: true, force: true });
    return [];
  }
}

function isIn(file: string, { sources }: BundleNotes): boolean {
  return sources.includes(file);
}

/** esbuild's errors in one line each. */
function toldErrors(error: unknown): string[] {
  const { errors } = error as Partial<BuildFailure>;
  if (errors === undefined) return [String(error)];
  return errors.map(({ text, location }) => {
    if (location === null) return text;
    const { line, column, lineText } = location;
    return `${relative('.', resolve(location.file))}:${line}:${column + 1}: ${text}  ${lineText.trim()}`;
  });
}
