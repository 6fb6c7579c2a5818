import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResults, reportFiles } from '../../bench/report.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** `0.49 ×` and `$5.90`: what a page boasts with. */
const FIGURE = /\$\d+\.\d\d\b|\b\d+(?:\.\d+)? ×/g;

describe('docs/benchmarks.md', () => {
  it('and its plots are what the report makes of the committed results: npm run bench -- --report', () => {
    const files = reportFiles(readResults());

    for (const [path, content] of files) expect(read(path), path).toBe(content);
    const plots = readdirSync(join(ROOT, 'docs/images')).filter((name) => name.startsWith('bench-'));
    expect(plots.map((name) => `docs/images/${name}`)).toEqual(
      [...files.keys()].filter((path) => path.endsWith('.svg')).sort(),
    );
  });

  it('has the figures that the README quotes', () => {
    const page = read('docs/benchmarks.md');
    const quoted = read('README.md').match(FIGURE) ?? [];

    expect(quoted.filter((figure) => !page.includes(figure))).toEqual([]);
  });
});
