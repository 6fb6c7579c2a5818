import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  StateDirectory,
  StateDirectoryError,
  StateDirectoryInUseError,
} from '../../local/state-directory.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

describe('the state directory', () => {
  it('belongs to one process at a time', () => {
    const path = join(temporaryDirectory(), 'made', 'for', 'it');
    const first = new StateDirectory(path);

    expect(() => new StateDirectory(path)).toThrow(StateDirectoryInUseError);
    expect(() => new StateDirectory(path)).toThrow(`in use by another local stack (process ${process.pid})`);

    first.release();
    new StateDirectory(path).release();
  });

  it('is closed to all but its owner, also one that was made before', () => {
    const modeOf = (path: string) => statSync(path).mode & 0o7777;
    const made = join(temporaryDirectory(), 'made');
    const found = join(temporaryDirectory(), 'found');
    mkdirSync(found);
    chmodSync(found, 0o755);

    for (const path of [made, found]) {
      new StateDirectory(path).release();
      expect(modeOf(path)).toBe(0o700);
    }
  });

  it('leaves a folder open that is shared, as /tmp is', () => {
    const shared = join(temporaryDirectory(), 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o1777);

    new StateDirectory(shared).release();

    expect(statSync(shared).mode & 0o7777).toBe(0o1777);
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['another process that had our id', JSON.stringify({ pid: process.pid, startedAt: '1' })],
    ['nobody that can be told', '{'],
  ])('does not heed the lock of %s', (_whose, lock) => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'lock'), lock);

    new StateDirectory(path).release();
  });

  it.runIf(process.platform === 'linux')(
    'does not heed the lock of a process that was killed, and whose parent never asks after it',
    async () => {
      // As in a container whose first process is no init: the dead stay in the list of processes.
      // The child ends after the shell has become `sleep`, which does not ask after it.
      const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(line);
      const fields = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      await vi.waitFor(() => expect(fields()[0]).toBe('Z'), { timeout: 10_000 });
      const path = temporaryDirectory();
      writeFileSync(join(path, 'lock'), JSON.stringify({ pid, startedAt: fields()[19] }));

      new StateDirectory(path).release();

      parent.kill('SIGKILL');
    },
  );

  it('is a folder of its own: one with other files is left as it is', () => {
    const home = temporaryDirectory();
    chmodSync(home, 0o755);
    writeFileSync(join(home, 'letters.txt'), 'dear all');

    expect(() => new StateDirectory(home)).toThrow(
      `${home} holds files of something else, letters.txt for one. Nothing in it was changed. Give the local stack a folder of its own: npm start -- --state DIR`,
    );

    expect(readdirSync(home)).toEqual(['letters.txt']);
    expect(statSync(home).mode & 0o777).toBe(0o755);
  });

  it('is left as it is, too, if the other files include a version.json', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'version.json'), '{"version":"8.1.0"}');
    writeFileSync(join(path, 'index.html'), '');

    expect(() => new StateDirectory(path)).toThrow(
      `${path} holds files of something else, index.html for one.`,
    );
  });

  it('may hold what a file manager or its owner adds, once it is marked', () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'version.json'), '{"format":1,"version":"0.1.0"}');
    writeFileSync(join(path, '.DS_Store'), '');

    new StateDirectory(path).release();
  });

  it('may come from before folders were marked', () => {
    const path = temporaryDirectory();
    for (const folder of ['ledger', 'cdk.out', 's3']) mkdirSync(join(path, folder));
    for (const file of ['secrets.json', 'inbox.jsonl', 'endpoints.json.new'])
      writeFileSync(join(path, file), '');

    new StateDirectory(path).release();
  });

  it('cannot be a file, nor lie below one', () => {
    const file = join(temporaryDirectory(), 'notes');
    writeFileSync(file, 'mine');

    expect(() => new StateDirectory(file)).toThrow(
      `${file} is not a folder. Give the local stack a folder of its own: npm start -- --state DIR`,
    );
    expect(() => new StateDirectory(join(file, 'state'))).toThrow(
      `${file}/state cannot be the state folder: a part of the path is a file (EEXIST).`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  // Root may write nearly everywhere; the system's own folders refuse root, too.
  it.runIf(existsSync('/proc/self')).each([
    ['/proc/callback-completion', 'no folder can be made there (ENOENT)'],
    [
      '/sys/callback-completion',
      /you have no permission to write there \(E(PERM|ACCES)\)|its disk is read-only \(EROFS\)/,
    ],
  ])('cannot be where nobody can write: %s', (path, reason) => {
    expect(() => new StateDirectory(path)).toThrow(StateDirectoryError);
    expect(() => new StateDirectory(path)).toThrow(reason);
  });

  it('may be a link to a folder', () => {
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(temporaryDirectory(), link);

    new StateDirectory(link).release();
  });

  it('has a folder for each pipeline, whatever their names are', () => {
    const path = temporaryDirectory();
    const state = new StateDirectory(path);

    const files = ['Shop/Callbacks', 'Shop.Callbacks', '../..', 'A B/ü'].map((name) =>
      state.pipelineFile(name, 'inbox.jsonl').slice(path.length),
    );

    expect(files).toEqual([
      '/pipelines/Shop.Callbacks/inbox.jsonl',
      '/pipelines/Shop%2ECallbacks/inbox.jsonl',
      '/pipelines/%2E%2E.%2E%2E/inbox.jsonl',
      '/pipelines/A%20B.%C3%BC/inbox.jsonl',
    ]);
    expect(statSync(join(path, 'pipelines', 'Shop.Callbacks')).mode & 0o777).toBe(0o700);
    state.release();
  });
});
