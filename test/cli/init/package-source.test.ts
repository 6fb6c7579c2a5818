import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { givenSource, installedSource, recordedSource } from '../../../cli/init/package-source.ts';

const HINT =
  'Pass --package SPEC: a tarball of npm pack, or what package.json can name. Example: --package ./callback-completion-0.1.0.tgz';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callback-completion-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("npm's record of an installed package", () => {
  it.each([
    ['a tarball, relative', { resolved: 'file:../x/pkg.tgz' }, { tarball: '/home/me/x/pkg.tgz' }],
    ['a tarball, absolute', { resolved: 'file:/x/pkg.tgz' }, { tarball: '/x/pkg.tgz' }],
    [
      'the registry',
      {
        version: '0.2.0',
        resolved: 'https://registry.npmjs.org/callback-completion/-/callback-completion-0.2.0.tgz',
      },
      { spec: '^0.2.0' },
    ],
    ['the registry, with resolved left out', { version: '0.2.0' }, { spec: '^0.2.0' }],
    [
      'a URL',
      { version: '0.2.0', resolved: 'https://example.com/callback-completion-0.2.0.tgz' },
      { spec: 'https://example.com/callback-completion-0.2.0.tgz' },
    ],
    [
      'a repository',
      { version: '0.2.0', resolved: 'git+ssh://git@example.com/x.git#0123456' },
      { spec: 'git+ssh://git@example.com/x.git#0123456' },
    ],
  ])('means %s', (_, recorded, source) => {
    expect(recordedSource(recorded, '/home/me/cache')).toEqual(source);
  });
});

describe('what this package was installed from', () => {
  function install(record: object | undefined): string {
    const installed = join(folder, 'node_modules/callback-completion');
    mkdirSync(installed, { recursive: true });
    const packages = record === undefined ? {} : { 'node_modules/callback-completion': record };
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    return installed;
  }

  it('is the tarball that npm recorded', () => {
    writeFileSync(join(folder, 'pkg.tgz'), '');
    expect(installedSource(install({ version: '0.1.0', resolved: 'file:pkg.tgz' }))).toEqual({
      tarball: join(folder, 'pkg.tgz'),
    });
  });

  it('is an error if the tarball was deleted', () => {
    const installed = install({ version: '0.1.0', resolved: 'file:pkg.tgz' });
    expect(() => installedSource(installed)).toThrow(
      `callback-completion was installed from ${join(folder, 'pkg.tgz')}, which does not exist any more. ${HINT}`,
    );
  });

  it('is an error if npm has no record of it', () => {
    const installed = install(undefined);
    expect(() => installedSource(installed)).toThrow(
      `It is not recorded where ${installed} was installed from, so the app's package.json cannot name it. ${HINT}`,
    );
  });

  it('is an error in a clone', () => {
    expect(() => installedSource(folder)).toThrow(
      `It is not recorded where ${folder} was installed from, so the app's package.json cannot name it. ${HINT}`,
    );
  });
});

describe('a package that was installed from a URL', () => {
  it('is named by the URL, but not if that has a password', () => {
    const url = 'https://example.com/pkg.tgz';
    expect(recordedSource({ version: '0.1.0', resolved: url }, folder)).toEqual({ spec: url });
    expect(() =>
      recordedSource({ version: '0.1.0', resolved: 'https://me:word@example.com/pkg.tgz' }, folder),
    ).toThrow(
      `callback-completion was installed from a URL with a password, which belongs in no package.json. ${HINT}`,
    );
  });
});

describe('--package', () => {
  it.each(['0.2.0', '^0.2.0', 'https://example.com/pkg.tgz', 'git+https://example.com/x.git'])(
    'takes %s as it is',
    (spec) => {
      expect(givenSource(spec, folder)).toEqual({ spec });
    },
  );

  it('takes a tarball by its path', () => {
    const tarball = join(folder, 'pkg.tgz');
    writeFileSync(tarball, '');
    for (const spec of ['pkg.tgz', './pkg.tgz', 'file:pkg.tgz', tarball, pathToFileURL(tarball).href]) {
      expect(givenSource(spec, folder)).toEqual({ tarball });
    }
  });

  it('refuses a tarball that does not exist', () => {
    expect(() => givenSource('./other.tgz', folder)).toThrow(
      `--package ./other.tgz: there is no file ${join(folder, 'other.tgz')}. ${HINT}`,
    );
  });
});
