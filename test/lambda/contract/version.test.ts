import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { VERSION } from '../../../lambda/contract/version.ts';

it("the version that callbacks tell is the package's", () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

  expect(VERSION).toBe(manifest.version);
});
