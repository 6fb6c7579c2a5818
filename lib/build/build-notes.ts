import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import type { FunctionName } from '../../lambda/contract/settings.ts';
import type { Build, BuildRequest } from './build-functions.ts';
import type { TaskSummary } from './task-summary.ts';

/** File beside a function's code, written by a local build: how to build it again. */
const NOTES_FILE = 'build-notes.json';

/** How a function was built. */
export interface BuildNotes {
  readonly name: FunctionName;
  readonly request: Omit<BuildRequest, 'outputFolder'>;
  /** The tasks of the whole build. */
  readonly tasks: readonly TaskSummary[];
  /** Absolute paths of the files in the function that are not of packages. */
  readonly sources: readonly string[];
}

/** Returns undefined for a function that was not built for this machine. */
export function readNotes(functionFolder: string): BuildNotes | undefined {
  const file = join(functionFolder, NOTES_FILE);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

export function writeNotes(request: BuildRequest, { tasks, metafiles }: Build): void {
  const { outputFolder, ...again } = request;
  for (const [name, files] of metafiles) {
    const notes: BuildNotes = { name, request: again, tasks, sources: sourcesOf(files) };
    writeFileSync(join(outputFolder, name, NOTES_FILE), JSON.stringify(notes));
  }
}

function sourcesOf(metafiles: readonly Metafile[]): string[] {
  const sources = metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .filter((input) => !/(^|\/)(node_modules|dist)\//.test(input) && !input.startsWith('<'))
    .map((input) => resolve(input));
  return [...new Set(sources)].sort();
}
