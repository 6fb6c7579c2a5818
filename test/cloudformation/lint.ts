import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Template } from './stack.ts';

/** W3005: the CDK writes DependsOn also if a reference implies it. */
const IGNORED = 'W3005';

/**
 * Returns what cfn-lint finds in each template, a line each. It loads its rules once for all of them.
 *
 * @param bin folder of the installed package's programs
 * @param templates by names
 */
export async function lint(
  bin: string,
  templates: ReadonlyMap<string, Template>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'cfn-lint-'));
  const files = new Map([...templates.keys()].map((name, index) => [name, join(folder, `${index}.json`)]));
  for (const [name, file] of files) writeFileSync(file, JSON.stringify(templates.get(name)));
  try {
    const child = spawn(
      join(bin, 'cfn-lint'),
      ['--ignore-checks', IGNORED, '--format', 'parseable', '--', ...files.values()],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    const lines = out.split('\n').filter((line) => line.startsWith(folder));
    if (code !== 0 && lines.length === 0) throw new Error(`cfn-lint ended with ${code}: ${out}${err}`);
    return new Map(
      [...files].map(([name, file]) => [
        name,
        lines.filter((line) => line.startsWith(file)).map((line) => line.slice(file.length + 1)),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
