import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readEnvFile } from '../../local/env-file.ts';
import { UsageError } from '../../local/user-error.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the file of values for this machine', () => {
  it('is read as Node reads one', () => {
    const path = join(temporaryDirectory(), 'values.env');
    writeFileSync(path, '# of the vendor\nVENDOR_KEY="a = b"\nexport BUCKET=mine\nEMPTY=\nconstructor=1\n');

    const { values } = readEnvFile(path);

    expect([...values].sort()).toEqual([
      ['BUCKET', 'mine'],
      ['EMPTY', ''],
      ['VENDOR_KEY', 'a = b'],
      ['constructor', '1'],
    ]);
    expect(values.get('toString')).toBeUndefined();
  });

  it('need not exist, if it is not named', () => {
    const empty = temporaryDirectory();
    vi.spyOn(process, 'cwd').mockReturnValue(empty);

    expect(readEnvFile(undefined)).toEqual({ path: '.env', values: new Map() });
  });

  it('has to exist and be a file, if it is named', () => {
    const folder = temporaryDirectory();
    const missing = join(folder, 'none.env');

    expect(() => readEnvFile(missing)).toThrow(
      new UsageError(
        `${missing} cannot be read (ENOENT). Give --dotenv the path of a file of NAME=value lines.`,
      ),
    );
    expect(() => readEnvFile(folder)).toThrow(`${folder} cannot be read (EISDIR)`);
  });
});
