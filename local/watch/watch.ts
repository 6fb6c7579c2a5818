import { join, relative, resolve, sep } from 'node:path';
import { FolderWatch } from './folder-watch.ts';
import { type Reloaded, Reloader, type ReloadStack } from './reloader.ts';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');
const FUNCTIONS = 'lambda';
/** Read once, when the stack starts. */
const READ_AT_START = ['lib', 'bin', 'local'];

export interface WatchSettings {
  readonly stack: ReloadStack;
  /** For new bundles. */
  readonly folder: string;
  readonly tell: (change: Change) => void;
}

/** What became of a change, to be told. */
export interface Change {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly step: string;
  /** May have several lines. */
  readonly text: string;
}

/**
 * Reloads functions when their sources change.
 *
 * @returns what ends it
 */
export function watchSources({ stack, folder, tell }: WatchSettings): () => void {
  const reloader = new Reloader(stack, folder);
  let reloading = Promise.resolve();
  const folders = [FUNCTIONS, ...READ_AT_START].map((name) => join(REPOSITORY, name));
  const watch = new FolderWatch(folders, (files) => {
    // One after the other: two builds of a function at once could end the wrong way round.
    reloading = reloading.then(async () => {
      for (const change of changesOf(files, await reloader.reload(files))) tell(change);
    });
  });
  return () => watch.stop();
}

/** @param files that have changed, absolute */
export function changesOf(files: readonly string[], reloaded: Reloaded | undefined): Change[] {
  const restart = files.map(pathOf).filter(isReadAtStart);
  return [
    ...(reloaded === undefined ? [] : reloadedChanges(reloaded)),
    ...(restart.length === 0
      ? []
      : [
          {
            tone: 'plain',
            step: 'restart needed',
            text: `${counted(restart)} is read at the start only: Ctrl-C, then npm run dev`,
          } as const,
        ]),
  ];
}

function reloadedChanges({ files, functions, failed, errors, tookMs }: Reloaded): Change[] {
  const changes: Change[] = [];
  if (functions.length > 0) {
    const text = `${functions.join(', ')} in ${Math.round(tookMs)} ms: ${counted(files.map(pathOf))}`;
    changes.push({ tone: 'good', step: 'reloaded', text });
  }
  if (failed.length > 0) {
    const text = [`${failed.join(', ')}: the old code goes on`, ...errors].join('\n');
    changes.push({ tone: 'bad', step: 'not reloaded', text });
  }
  return changes;
}

/** What functions and template have in common is in bundles, and read at the start besides. */
function isReadAtStart(path: string): boolean {
  const inFolder = READ_AT_START.some((folder) => path.startsWith(folder + sep));
  return inFolder || path.startsWith(join(FUNCTIONS, 'contract') + sep);
}

function pathOf(file: string): string {
  return relative(REPOSITORY, file);
}

/** One is named; of several the first, and how many more. */
function counted(paths: readonly string[]): string {
  const [first = 'a new file', ...more] = paths;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
