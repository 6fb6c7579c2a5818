import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { StateDirectory, StateDirectoryInUseError } from '../../local/state-directory.ts';
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
});
