import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, resolve } from 'node:path';

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
  #settling: NodeJS.Timeout | undefined;

  /**
   * @param folders that are there
   * @param onChange gets absolute paths
   */
  constructor(folders: readonly string[], onChange: (files: readonly string[]) => void) {
    this.#onChange = onChange;
    for (const folder of folders) this.#watch(resolve(folder));
  }

  stop(): void {
    clearTimeout(this.#settling);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    let entries: ReturnType<typeof readFolder>;
    try {
      entries = readFolder(folder);
      const watcher = watch(folder, (_event, name) => this.#see(folder, name));
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      // Gone since it was seen.
      return;
    }
    for (const entry of entries) if (entry.isDirectory()) this.#watch(join(folder, entry.name));
  }

  #see(folder: string, name: string | null): void {
    if (name === null) return;
    const path = join(folder, name);
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
