import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const directory = mkdtempSync(join(tmpdir(), 'supply-chain-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a program of bin/ in a Node of its own. */
function run(program: string, options: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join('bin', program), ...options], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  });
  return { status, stdout, stderr };
}

/** An npm that answers so, whatever it is asked. */
function npmThatAnswers(answer: object): Readonly<Record<string, string>> {
  const script = join(directory, `npm-${Math.random()}.cjs`);
  writeFileSync(script, `process.stdout.write(${JSON.stringify(JSON.stringify(answer))})`);
  return { npm_execpath: script };
}

describe('check-lock', () => {
  test('tells how many packages the lock file holds', () => {
    expect(run('check-lock.ts')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d{3} packages, each held by its SHA-512\n$/),
    });
  });

  test('fails at one that it does not', () => {
    const path = join(directory, 'package-lock.json');
    writeFileSync(path, '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}');

    expect(run('check-lock.ts', [path])).toMatchObject({ status: 1, stderr: 'node_modules/a has no hash\n' });
  });
});

describe('licences', () => {
  test('lists what is deployed and what is a tool, and refuses none', () => {
    const { status, stdout, stderr } = run('licences.ts');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [deployed = '', tools = ''] = stdout.split(/^(?=Tools: )/m);
    expect(deployed).toMatch(/^In the bundles: \d+ packages\n/);
    expect(deployed).toMatch(/^ {2}zod \d+\.\d+\.\d+ {2}MIT$/m);
    expect(tools).toMatch(/^ {2}vitest \d+\.\d+\.\d+ {2}MIT$/m);
  });
});

describe('sbom', () => {
  test('names every package that is in a bundle, and no tool', () => {
    const { status, stdout } = run('sbom.ts');

    expect(status).toBe(0);
    const bill = JSON.parse(stdout) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly hashes: readonly unknown[] }[];
    };
    const names = bill.components.map(({ name }) => name);
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(names).toEqual(
      expect.arrayContaining(['zod', '@aws-sdk/client-sqs', '@aws-sdk/credential-provider-env']),
    );
    expect(names).not.toContain('vitest');
    for (const { hashes } of bill.components) expect(hashes).toHaveLength(1);
  });
});

describe('audit', () => {
  const zod = { name: 'zod', severity: 'high', nodes: ['node_modules/zod'] };
  const vitest = { name: 'vitest', severity: 'low', nodes: ['node_modules/vitest'] };

  test('says that it did not run where the registry refuses', () => {
    const refused = npmThatAnswers({ message: '405 Method Not Allowed' });

    expect(run('audit.ts', [], refused)).toMatchObject({
      status: 2,
      stderr:
        'not run: 405 Method Not Allowed\nNothing was checked. Run it where the registry answers audits.\n',
    });
  });

  test('fails at what is deployed, and tells of the tools', () => {
    expect(run('audit.ts', [], npmThatAnswers({ vulnerabilities: { zod, vitest } }))).toMatchObject({
      status: 1,
      stderr: 'deployed: zod (high)\na tool: vitest (low)\n',
      stdout: expect.stringMatching(/^\d+ packages in the bundles: 1 vulnerable; of the tools: 1\n$/),
    });
  });

  test('passes where only a tool is vulnerable', () => {
    expect(run('audit.ts', [], npmThatAnswers({ vulnerabilities: { vitest } }))).toMatchObject({ status: 0 });
  });
});

describe('nag', () => {
  test('tells for each deployment what was found and why it may stay', () => {
    const { status, stdout } = run('nag.ts');

    expect(status).toBe(0);
    expect(stdout.match(/: 1 acknowledged, 0 not$/gm)).toHaveLength(5);
    expect(stdout).toContain('AwsSolutions-SMG4');
  });
});
