import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ENGINES } from './catalogue.ts';
import { DIFFERENCES } from './differences.ts';
import { differenceTable } from './results.ts';

const ROOT = join(import.meta.dirname, '../..');

it('every difference between engines and AWS is explained in docs/reliability.md', () => {
  expect(readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8')).toContain(differenceTable(DIFFERENCES));
});

it('every difference is of an engine that the suite runs', () => {
  const names = new Set(ENGINES.map(({ name }) => name));
  expect(DIFFERENCES.filter(({ engine }) => !names.has(engine))).toEqual([]);
});

it('every test that is skipped exists', () => {
  for (const { skipped } of DIFFERENCES)
    if (skipped) expect(readFileSync(join(ROOT, 'test', skipped.file), 'utf8')).toContain(skipped.title);
});
