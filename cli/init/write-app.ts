import { constants, copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InitError } from './init-error.ts';

/** What a new repository has before its first file. */
const COUNTS_AS_EMPTY = ['.git'];

/**
 * Checks that an app can be written into a folder: it does not exist, or is empty apart from `.git`.
 *
 * @throws InitError if there is something that could be overwritten
 */
export function checkIsFree(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    throw new InitError(`${folder} is a file: give another name, or remove the file.`, 1);
  }
  const entries = readdirSync(folder).filter((entry) => !COUNTS_AS_EMPTY.includes(entry));
  const [first] = entries.sort();
  if (first === undefined) return;
  const others = entries.length > 1 ? ` and ${entries.length - 1} more` : '';
  throw new InitError(
    `${folder} is not empty: it contains ${first}${others}. Give the name of a new folder, or empty this one.`,
    1,
  );
}

/**
 * Writes an app. If a file cannot be written, removes what was written and leaves the folder as it was.
 *
 * @param folder the app's, which is created unless it exists
 * @param files contents by paths, with `/` between folders
 * @param tarball is copied into the folder under its own name
 * @throws InitError if the system refuses to write
 */
export function writeApp(folder: string, files: ReadonlyMap<string, string>, tarball?: string): void {
  const created: string[] = [];
  const makeFolder = (path: string) => {
    const first = mkdirSync(path, { recursive: true });
    if (first !== undefined) created.push(first);
  };
  try {
    makeFolder(folder);
    for (const [path, content] of files) {
      const file = join(folder, path);
      makeFolder(dirname(file));
      writeFileSync(file, content, { flag: 'wx' });
      created.push(file);
    }
    if (tarball !== undefined) {
      const copy = join(folder, basename(tarball));
      copyFileSync(tarball, copy, constants.COPYFILE_EXCL);
      created.push(copy);
    }
  } catch (error) {
    for (const path of created.reverse()) rmSync(path, { recursive: true, force: true });
    const { message } = error as Error;
    throw new InitError(
      `${folder} could not be written, and nothing was left there: ${message}. Check that the disk has space and that you may write there.`,
      1,
    );
  }
}
