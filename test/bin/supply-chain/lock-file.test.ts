import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type LockedPackage,
  lockedPackages,
  lockProblems,
  nameOf,
  readLockFile,
} from '../../../bin/supply-chain/lock-file.ts';

const HASH = `sha512-${'A'.repeat(86)}==`;

const lock = (packages: Record<string, LockedPackage>, lockfileVersion = 3) => ({
  lockfileVersion,
  packages: { '': { version: '0.1.0' }, ...packages },
});

describe('our lock file', () => {
  test('holds every package by its hash, and takes all from the registry', () => {
    const ours = readLockFile(join(import.meta.dirname, '..', '..', '..', 'package-lock.json'));

    expect(lockProblems(ours)).toEqual([]);
    expect(lockedPackages(ours).length).toBeGreaterThan(300);
  });
});

describe('a lock file', () => {
  test.each<[string, LockedPackage]>([
    [
      'from the registry',
      { version: '1.0.0', resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz', integrity: HASH },
    ],
    ['from the registry in use', { version: '1.0.0', integrity: HASH }],
  ])('is well with a package %s', (_what, a) => {
    expect(lockProblems(lock({ 'node_modules/a': a }))).toEqual([]);
  });

  test('is well with what comes in the archive of another', () => {
    expect(
      lockProblems(
        lock({
          'node_modules/a': { version: '1.0.0', integrity: HASH },
          'node_modules/a/node_modules/b': { version: '2.0.0', inBundle: true },
          'node_modules/a/node_modules/b/node_modules/c': { version: '3.0.0', inBundle: true },
        }),
      ),
    ).toEqual([]);
  });

  test.each<[string, LockedPackage]>([
    ['has no hash', { version: '1.0.0' }],
    ['has a hash that is no SHA-512: sha1-abc', { version: '1.0.0', integrity: 'sha1-abc' }],
    [
      'comes from git+ssh://git@github.com/a/a.git#0123',
      { version: '1.0.0', resolved: 'git+ssh://git@github.com/a/a.git#0123', integrity: HASH },
    ],
    ['comes from file:../a.tgz', { version: '1.0.0', resolved: 'file:../a.tgz', integrity: HASH }],
    [
      'comes from https://registry.npmjs.org.evil.example/a.tgz',
      { version: '1.0.0', resolved: 'https://registry.npmjs.org.evil.example/a.tgz', integrity: HASH },
    ],
    ['is a link to a folder of this machine', { version: '1.0.0', link: true, integrity: HASH }],
    ['has no version', { integrity: HASH }],
    ['is in no archive that has a hash', { version: '1.0.0', inBundle: true }],
  ])('is refused where a package %s', (problem, a) => {
    expect(lockProblems(lock({ 'node_modules/a': a }))).toEqual([`node_modules/a ${problem}`]);
  });

  test('is refused in a format that is not known', () => {
    expect(lockProblems(lock({}, 2))).toEqual(['version 2 of the format; known is 3']);
  });
});

test('a package is named by the folder that it is in', () => {
  expect(nameOf('node_modules/zod')).toBe('zod');
  expect(nameOf('node_modules/@aws-sdk/client-sqs')).toBe('@aws-sdk/client-sqs');
  expect(nameOf('node_modules/aws-cdk-lib/node_modules/@balena/dockerignore')).toBe('@balena/dockerignore');
});
