import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { FUNCTIONS, prebuiltFunctions } from '../../../lib/build/prebuilt.ts';

it('builds unchanged sources once, in a folder that their content names', async () => {
  const first = await prebuiltFunctions();
  const builtMs = statSync(join(first.folder, 'deliver/index.js')).mtimeMs;
  const again = await prebuiltFunctions();

  expect(again.folder).toBe(first.folder);
  expect(basename(first.folder)).toMatch(/^[0-9a-f]{16}$/);
  expect(readdirSync(first.folder).sort()).toEqual([...FUNCTIONS].sort());
  expect(statSync(join(again.folder, 'deliver/index.js')).mtimeMs).toBe(builtMs);
});

it('leaves nothing unfinished behind if several ask at once', async () => {
  const [first, second] = await Promise.all([prebuiltFunctions(), prebuiltFunctions()]);

  expect(second.folder).toBe(first.folder);
  expect(
    readdirSync(dirname(first.folder)).filter((name) => name.startsWith(`${basename(first.folder)}.`)),
  ).toEqual([]);
});
