import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FolderWatch } from '../../../local/watch/folder-watch.ts';
import { eventually, temporaryDirectory } from '../assembly-fixture.ts';

const watches: FolderWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop();
});

function watched() {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'tasks', 'sleep'), { recursive: true });
  const file = join(folder, 'tasks', 'sleep', 'run.ts');
  writeFileSync(file, '1');
  const changes: (readonly string[])[] = [];
  watches.push(new FolderWatch([folder], (files) => changes.push(files)));
  const told = (path: string) => eventually(() => changes.find((files) => files.includes(path)));
  return { folder, file, changes, told };
}

describe('a watch of folders', () => {
  it('tells what was written, however deep', async () => {
    const { file, told } = watched();
    writeFileSync(file, '2');
    expect(await told(file)).toEqual([file]);
  });

  it('tells a save that puts another file in its place, time after time', async () => {
    const { file, changes, told } = watched();
    for (const text of ['2', '3', '4']) {
      changes.splice(0);
      writeFileSync(`${file}.tmp`, text);
      renameSync(`${file}.tmp`, file);
      expect(await told(file)).toBeDefined();
    }
  });

  it('sees folders that come later, and again after they went', async () => {
    const { folder, told, changes } = watched();
    const added = join(folder, 'tasks', 'resize');
    for (const _time of ['first', 'second']) {
      mkdirSync(added);
      await told(added);
      changes.splice(0);
      writeFileSync(join(added, 'run.ts'), '1');
      expect(await told(join(added, 'run.ts'))).toBeDefined();
      rmSync(added, { recursive: true });
      await told(added);
      changes.splice(0);
    }
  });

  it('takes what comes at once as one change', async () => {
    const { folder, file, changes, told } = watched();
    const other = join(folder, 'other.ts');
    writeFileSync(file, '2');
    writeFileSync(other, '2');
    writeFileSync(file, '3');
    expect(await told(file)).toEqual([other, file]);
    expect(changes).toHaveLength(1);
  });

  it('reports single files, and no others of their folder', async () => {
    const { folder, file } = watched();
    const app = temporaryDirectory();
    const config = join(app, 'cdk.json');
    const reported = new Set<string>();
    const report = (files: readonly string[]) => {
      for (const path of files) reported.add(path);
    };
    watches.push(new FolderWatch([folder], report, [config, file]));

    writeFileSync(join(app, 'other.json'), '1');
    mkdirSync(join(app, 'cdk.out'));
    writeFileSync(config, '1');
    writeFileSync(file, '2');

    await eventually(() => (reported.size >= 2 ? true : undefined));
    expect(reported).toEqual(new Set([config, file]));
  });

  it('tells nothing once it is stopped', async () => {
    const { file, changes } = watched();
    for (const watch of watches) watch.stop();
    writeFileSync(file, '2');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(changes).toEqual([]);
  });
});
