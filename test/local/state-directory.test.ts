import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['another process that had our id', JSON.stringify({ pid: process.pid, startedAt: '1' })],
    ['nobody that can be told', '{'],
  ])('does not heed the lock of %s', (_whose, lock) => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'lock'), lock);

    new StateDirectory(path).release();
  });
});
