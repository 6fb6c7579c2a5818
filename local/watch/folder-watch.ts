import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Editors save in several steps: what comes within this time of the last is one change. */
const SETTLED_AFTER_MS = 60;

/**
 * Tells which files below some folders have changed, appeared or gone.
 *
 * Each folder is watched by itself: a recursive watch of Node's loses sight of a file on Linux that an editor saves
 * by putting another in its place.
 */
export class FolderWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #changed = new Set<string>();
  readonly #onChange: (files: readonly string[]) => void;
  /** Of a folder that is not watched as a whole, only these count. */
  readonly #files: ReadonlySet<string>;
  #settling: NodeJS.Timeout | undefined;

  /**
   * @param folders that are there
   * @param onChange gets absolute paths
   * @param files that are watched as well, wherever they are; absolute
   */
  constructor(
    folders: readonly string[],
    onChange: (files: readonly string[]) => void,
    files: readonly string[] = [],
  ) {
    this.#onChange = onChange;
    this.#files = new Set(files);
    for (const folder of folders) this.#watch(resolve(folder));
    for (const file of files) this.#watch(dirname(file), false);
  }

  stop(): void {
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** @param isWhole whether everything in the folder counts, however deep */
  #watch(folder: string, isWhole = true): void {
    if (this.#watchers.has(folder)) return;
    let entries: ReturnType<typeof readFolder>;
    try {
      entries = readFolder(folder);
      const watcher = watch(folder, (_event, name) => this.#see(folder, name, isWhole));
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // Gone since it was seen.
      return;
    }
    if (!isWhole) return;
    for (const entry of entries) if (entry.isDirectory()) this.#watch(join(folder, entry.name));
  }

  #see(folder: string, name: string | null, isWhole: boolean): void {
    if (name === null) return;
    const path = join(folder, name);
    if (!isWhole && !this.#files.has(path)) return;
    if (isFolder(path)) this.#watch(path);
    else this.#forget(path);
    this.#changed.add(path);
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      const files = [...this.#changed].sort();
      this.#changed.clear();
      this.#onChange(files);
    }, SETTLED_AFTER_MS);
  }

  /** A folder that was removed may come back as another one. */
  #forget(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}

function readFolder(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}
