import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeApp } from '../../../cli/init/write-app.ts';

const FILES = new Map([
  ['README.md', '# my-app\n'],
  ['tasks/hello.ts', 'export {};\n'],
]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callback-completion-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writing an app', () => {
  it('creates its folders and files', () => {
    writeApp(join(folder, 'new/my-app'), FILES);
    expect(readFileSync(join(folder, 'new/my-app/README.md'), 'utf8')).toBe('# my-app\n');
    expect(readFileSync(join(folder, 'new/my-app/tasks/hello.ts'), 'utf8')).toBe('export {};\n');
  });

  it('removes all of it if the last file cannot be written', () => {
    // The files are written by then: a folder cannot be copied as a tarball.
    const tarball = join(folder, 'pkg.tgz');
    mkdirSync(tarball);
    expect(() => writeApp(join(folder, 'new/my-app'), FILES, tarball)).toThrow(
      /my-app could not be written, and nothing was left there: .*Check that the disk has space/,
    );
    expect(readdirSync(folder)).toEqual(['pkg.tgz']);
  });

  it('leaves alone a file that somebody else creates meanwhile, and what was there before', () => {
    mkdirSync(join(folder, '.git'));
    mkdirSync(join(folder, 'tasks'));
    writeFileSync(join(folder, 'tasks/hello.ts'), 'theirs');
    expect(() => writeApp(folder, FILES)).toThrow(/EEXIST/);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['.git', 'tasks', 'tasks/hello.ts']);
    expect(readFileSync(join(folder, 'tasks/hello.ts'), 'utf8')).toBe('theirs');
  });
});
