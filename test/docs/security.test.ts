import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');

/** The rows of the tables of threats, as [threat, what stops it, shown by]. */
const threats = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.split(' | ').length === 3)
  .map((line) => line.slice(2, -2).split(' | '))
  .filter(([first]) => first !== 'threat');

describe('the table of threats', () => {
  it('has rows', () => {
    expect(threats.length).toBeGreaterThan(30);
  });

  it.each(threats)('%s', (_threat, stop, shownBy = '') => {
    expect(stop).not.toBe('');
    const tests = [...shownBy.matchAll(/`(test\/[^`]+)`(?: "([^"]+)")?/g)];
    expect(tests).not.toEqual([]);
    for (const [, path = '', name] of tests) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      if (statSync(join(ROOT, path)).isFile() && name !== undefined) {
        expect(readFileSync(join(ROOT, path), 'utf8').replaceAll("\\'", "'")).toContain(name);
      }
    }
  });
});
