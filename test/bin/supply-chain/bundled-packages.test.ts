import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { bundledPackages, packagesIn } from '../../../bin/supply-chain/bundled-packages.ts';
import { isAllowed } from '../../../bin/supply-chain/licence-check.ts';
import { nameOf, readLockFile } from '../../../bin/supply-chain/lock-file.ts';

/** What esbuild says of an output: so many bytes of each input are in it. */
const output = (inputs: Record<string, number>) => ({
  bytes: 0,
  imports: [],
  exports: [],
  inputs: Object.fromEntries(
    Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }]),
  ),
});

test('a package is in a script where a byte of it is', () => {
  const outputs = {
    'run/index.js': output({
      'lambda/run/handler.ts': 900,
      'node_modules/zod/mini/index.js': 10,
      'node_modules/zod/core/index.js': 20,
      'node_modules/@aws-sdk/client-sqs/dist-es/index.js': 30,
      'node_modules/a/node_modules/@b/c/index.js': 40,
      'node_modules/shaken-out/index.js': 0,
    }),
    'run/task-process.js': output({ '../main/node_modules/zod/mini/index.js': 10 }),
  };

  expect(packagesIn({ outputs }, 'run')).toEqual([
    ['node_modules/zod', 'run/index.js'],
    ['node_modules/@aws-sdk/client-sqs', 'run/index.js'],
    ['node_modules/a/node_modules/@b/c', 'run/index.js'],
    ['node_modules/zod', 'run/task-process.js'],
  ]);
});

describe('our bundles', async () => {
  const bundled = await bundledPackages();

  test('are looked at all: each script of the assembly holds some package', () => {
    const assembled = globSync('asset.*/*.js', { cwd: inject('assemblyDirectory') }).length;
    const seen = new Set(bundled.flatMap(({ scripts }) => scripts));

    // The assembly has the functions that its kind of authentication needs; the sources have them all.
    expect(seen.size).toBeGreaterThanOrEqual(assembled);
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'submit/index.js',
        'run/index.js',
        'run/generate-report.mjs',
        'deliver/index.js',
      ]),
    );
  });

  test('hold packages that the lock file has, under licences that may be deployed', () => {
    const { packages } = readLockFile(join(import.meta.dirname, '..', '..', '..', 'package-lock.json'));
    for (const { folder } of bundled) {
      expect(packages[folder]?.version, folder).toBeDefined();
      expect(isAllowed(packages[folder]?.license, 'deployed'), folder).toBe(true);
    }
    expect(bundled.map(({ folder }) => nameOf(folder))).toEqual(
      expect.arrayContaining(['zod', '@aws-sdk/client-dynamodb', '@middy/core']),
    );
  });
});
