import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../local/assembly-fixture.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** What a Node of that version makes of it. */
function runBy(version: string) {
  const pretence = join(temporaryDirectory(), 'pretence.cjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(
    pretence,
    `Object.defineProperty(process, 'versions', { value: ${versions} });
     Object.defineProperty(process, 'version', { value: 'v${version}' });`,
  );
  const args = ['-r', pretence, '-r', './bin/needs-node.cjs', '-e', 'console.log("started")'];
  return spawnSync(process.execPath, args, { cwd: REPOSITORY, encoding: 'utf8' });
}

describe('a Node that is too old', () => {
  it.each(['18.20.8', '20.20.2', '22.21.0'])('%s is told, with what to do', (version) => {
    const { status, stdout, stderr } = runBy(version);

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`This needs Node 24 or later, but is run by v${version}`);
    expect(stderr).toContain('npm ci');
    expect(stderr).toContain('nvm install 24');
  });

  it.each(['24.0.0', '26.1.0'])('is not %s', (version) => {
    expect(runBy(version)).toMatchObject({ status: 0, stdout: 'started\n', stderr: '' });
  });

  it.each(['start', 'dev', 'doctor'])('is noticed by npm run %s', (script) => {
    const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    expect(scripts[script]).toMatch(/^node -r \.\/bin\/needs-node\.cjs (--[a-z-]+=\d+ )?(-- )?\S+\.ts/);
  });
});
