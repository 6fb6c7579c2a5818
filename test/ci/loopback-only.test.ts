import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../.ci/loopback-only');

/** Runs `echo ran` where there are no network namespaces. */
async function runWithout(variables: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'loopback-only-'));
  writeFileSync(join(folder, 'unshare'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(folder, 'unshare'), 0o755);
  const { CI: _CI, ...inherited } = process.env;
  const env = { ...inherited, PATH: `${folder}:${process.env.PATH}`, ...variables };
  return await new Promise<{ failed: boolean; out: string; err: string }>((resolve) => {
    execFile(SCRIPT, ['echo', 'ran'], { env }, (error, out, err) => {
      resolve({ failed: error !== null, out, err });
    });
  });
}

describe('.ci/loopback-only, where there are no network namespaces', () => {
  it('fails in CI: what was not checked has not passed', async () => {
    const { failed, out, err } = await runWithout({ CI: 'true' });

    expect([failed, out]).toEqual([true, '']);
    expect(err).toContain('with CI=true that fails');
  });

  it('runs the command elsewhere, and says that nothing was checked', async () => {
    const { failed, out, err } = await runWithout({});

    expect([failed, out]).toEqual([false, 'ran\n']);
    expect(err).toContain('loopback-only: not checked');
  });
});
