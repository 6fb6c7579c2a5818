import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

/** Runs a program of bin/ in a Node of its own. */
function run(program: string, options: readonly string[], context: Record<string, unknown> = {}) {
  return spawnSync(process.execPath, [join('bin', program), ...options], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}

test('synthesizes without the CDK command line, and tells how large each function is', () => {
  expect(run('app.ts', [])).toMatchObject({ status: 0 });
  expect(existsSync(join(assembly, 'CallbackCompletion.template.json'))).toBe(true);

  const json = run('bundle-sizes.ts', [assembly, '--json']);
  const sizes = JSON.parse(json.stdout) as { function: string; file: string; minifiedKib: number }[];
  const names = sizes.map(({ function: name, file }) => `${name} ${file}`);
  expect(names).toContain('Run work/generate-report.mjs');
  // Further tasks in tasks/ are as welcome.
  expect(names.filter((name) => !name.startsWith('Run work/')).sort()).toEqual([
    'CompleteTask index.js',
    'Deliver index.js',
    'Run index.js',
    'Run task-process.mjs',
    'Submit index.js',
    'TaskStatus index.js',
    'Wake index.js',
  ]);
  for (const { minifiedKib } of sizes) expect(minifiedKib).toBeGreaterThan(0);

  const table = run('bundle-sizes.ts', [assembly]).stdout.split('\n');
  expect(table[0]).toBe(
    'function      file                         minified KiB   gzip KiB  (target for index.js: 240 KiB minified)',
  );
  expect(table).toHaveLength(2 + sizes.length);
});

test('takes settings from the context, and the stack its name', () => {
  const context = { stackName: 'Reports', maxRuns: '7', 'aws:cdk:bundling-stacks': [] };

  expect(run('app.ts', [], context)).toMatchObject({ status: 0 });
  expect(readFileSync(join(assembly, 'Reports.template.json'), 'utf8')).toContain('"MAX_RUNS": "7"');
});

test('tells in one line what is wrong with a setting', () => {
  expect(run('app.ts', [], { maxRuns: '0' })).toMatchObject({
    status: 1,
    stderr: 'maxRuns: got 0; allowed is a whole number from 1 to 100, for example maxRuns=3\n',
  });
  expect(run('app.ts', [], { maxRun: '3' })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^maxRun: there is no such setting; the settings are tasks, nodeModules, /),
  });
});

test('reports in one line what is wrong with the tasks', () => {
  expect(run('app.ts', [], { tasks: '/nowhere' })).toMatchObject({
    status: 1,
    stderr:
      'tasks: the folder /nowhere does not exist. Create it with a file for each task, or name another folder in the setting tasks.\n',
  });
});

test('bundle-sizes says how to get an assembly where there is none', () => {
  expect(run('bundle-sizes.ts', [join(assembly, 'nowhere')])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('npm run synth'),
  });
});
