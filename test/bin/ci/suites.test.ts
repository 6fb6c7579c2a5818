import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SUITES } from '../../../bin/ci/suites.ts';

const ROOT = join(import.meta.dirname, '../../..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };

describe('the suites of CI', () => {
  it.each(SUITES.map(({ command }) => command))('exist: %s', (command) => {
    const [, script] = /npm (?:run )?(\S+)$/.exec(command) ?? [];
    expect(Object.keys(scripts)).toContain(script);
    for (const [file] of command.matchAll(/\.ci\/\S+/g)) accessSync(join(ROOT, file), constants.X_OK);
  });

  it('are all test scripts of package.json', () => {
    const tests = Object.keys(scripts).filter((name) => name === 'test' || name.startsWith('test:'));
    const run = SUITES.map(({ command }) => / (?:run )?(\S+)$/.exec(command)?.[1]);
    expect(tests.filter((name) => !run.includes(name))).toEqual([]);
  });
});
