import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * Makes the folder of an app, with this repository's packages. Removed after the tests of the file.
 *
 * @param files paths in the folder → contents
 */
export function appFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'callback-completion-app-')));
  folders.push(folder);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  writeFiles(folder, files);
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Source of a task that greets: `input` is TypeScript. */
export function greetTask(options = '', work = '({ name }) => ({ greeting: "Hello, " + name })'): string {
  return `
import { defineTask, type Run } from 'callback-completion/task';
import * as z from 'zod/mini';
export const definition = defineTask({ input: z.strictObject({ name: z.string() }), ${options} });
export const run: Run<typeof definition> = ${work};
`;
}
