import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InitContext, runInit } from '../../../cli/init/run-init.ts';

const ROOT = join(import.meta.dirname, '../../..');

const FILES = [
  '.gitignore',
  'README.md',
  'bin',
  'bin/app.ts',
  'cdk.json',
  'package.json',
  'tasks',
  'tasks/hello.ts',
  'test',
  'test/hello.test.ts',
  'tsconfig.json',
];

let folder: string;
let out: string[];
let err: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callback-completion-init-'));
  out = [];
  err = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

async function init(args: readonly string[], ask?: InitContext['ask']): Promise<number> {
  return await runInit(args, {
    folder,
    packageFolder: ROOT,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    ask,
  });
}

function written(path = '.'): string[] {
  return readdirSync(join(folder, path), { recursive: true, encoding: 'utf8' }).sort();
}

function text(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

describe('init', () => {
  it('writes an app, and prints what to do next', async () => {
    expect(await init(['order-service', '--package', '0.2.0'])).toBe(0);

    expect(written('order-service')).toEqual(FILES);
    expect(out).toEqual([
      [
        'Wrote a CDK app with one task, tasks/hello.ts, into order-service. Next:',
        '',
        '  cd order-service',
        '  npm install',
        '  npm start      # runs it on this machine; README.md has the first request',
      ].join('\n'),
    ]);
    expect(err).toEqual([]);
  });

  it("writes the app's names and the source of callback-completion", async () => {
    await init(['order-service', '--package', '0.2.0']);

    const { name, dependencies } = JSON.parse(text('order-service/package.json'));
    expect(name).toBe('order-service');
    expect(dependencies['callback-completion']).toBe('0.2.0');
    expect(text('order-service/bin/app.ts')).toContain("new Stack(app, 'OrderService', {");
    expect(text('order-service/README.md')).toMatch(/^# order-service\n/);
    const all = FILES.filter((file) => /\./.test(file.slice(1))).map((file) => text(`order-service/${file}`));
    expect(all.join('')).not.toMatch(/my-app|MyApp/);
  });

  it('copies a tarball into the app, which then installs wherever it is', async () => {
    writeFileSync(join(folder, 'callback-completion-0.1.0.tgz'), 'a tarball');
    expect(await init(['my-app', '--package', './callback-completion-0.1.0.tgz'])).toBe(0);

    expect(text('my-app/callback-completion-0.1.0.tgz')).toBe('a tarball');
    const { dependencies } = JSON.parse(text('my-app/package.json'));
    expect(dependencies['callback-completion']).toBe('file:callback-completion-0.1.0.tgz');
  });

  it('writes into an empty folder, such as a new repository', async () => {
    mkdirSync(join(folder, 'my-app/.git'), { recursive: true });
    expect(await init(['my-app', '--package', '0.2.0'])).toBe(0);
    expect(written('my-app')).toEqual(['.git', ...FILES].sort());
  });

  it('writes into the current folder', async () => {
    mkdirSync(join(folder, 'my-app'));
    folder = join(folder, 'my-app');
    try {
      expect(await init(['.', '--package', '0.2.0'])).toBe(0);
      expect(written()).toEqual(FILES);
      expect(out[0]).toMatch(/into this folder\. Next:\n\n {2}npm install\n/);
    } finally {
      folder = join(folder, '..');
    }
  });

  it('quotes a folder with spaces in the command that it prints', async () => {
    await init(['Order Service', '--package', '0.2.0']);
    expect(out[0]).toContain('  cd "Order Service"\n');
  });
});

describe('the name', () => {
  it('is asked for in a terminal', async () => {
    expect(await init(['--package', '0.2.0'], async () => ' billing ')).toBe(0);
    expect(written()).toContain('billing/package.json');
  });

  it('is my-app if the answer is empty', async () => {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return '';
    };
    expect(await init(['--package', '0.2.0'], ask)).toBe(0);
    expect(asked).toEqual(['Name of the app (my-app): ']);
    expect(written()).toContain('my-app/package.json');
  });

  it('is never asked for without a terminal', async () => {
    expect(await init([])).toBe(2);
    expect(err).toEqual([
      'The name of the app is missing. Usage: callback-completion init NAME [--package SPEC]',
    ]);
    expect(written()).toEqual([]);
  });

  it.each([
    [['2fast'], /^The name "2fast" cannot be used: /],
    [['my-app', 'other'], /^Unexpected argument 'other'\. Usage: callback-completion init NAME/],
    [['--nmae', 'my-app'], /^Unknown option '--nmae'\. Usage: callback-completion init NAME/],
    [['my-app', '--package'], /^Option '--package <value>' argument missing\. Usage: /],
  ])('with %j: exit code 2, and nothing is written', async (args, message) => {
    expect(await init(args)).toBe(2);
    expect(err).toEqual([expect.stringMatching(message)]);
    expect(written()).toEqual([]);
  });
});

describe('what init refuses', () => {
  it('a folder that is not empty', async () => {
    mkdirSync(join(folder, 'my-app'));
    writeFileSync(join(folder, 'my-app/notes.txt'), 'mine');
    writeFileSync(join(folder, 'my-app/.env'), 'mine');

    expect(await init(['my-app', '--package', '0.2.0'])).toBe(1);
    expect(err).toEqual([
      `${join(folder, 'my-app')} is not empty: it contains .env and 1 more. Give the name of a new folder, or empty this one.`,
    ]);
    expect(written('my-app')).toEqual(['.env', 'notes.txt']);
  });

  it('a file of that name', async () => {
    writeFileSync(join(folder, 'my-app'), 'mine');
    expect(await init(['my-app', '--package', '0.2.0'])).toBe(1);
    expect(err).toEqual([`${join(folder, 'my-app')} is a file: give another name, or remove the file.`]);
    expect(text('my-app')).toBe('mine');
  });

  it('a folder below a file', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await init(['file/my-app', '--package', '0.2.0'])).toBe(1);
    expect(err[0]).toMatch(/my-app could not be written, and nothing was left there: ENOTDIR/);
    expect(written()).toEqual(['file']);
  });

  it('to guess where the package is from', async () => {
    expect(await init(['my-app'])).toBe(1);
    expect(err).toEqual([
      `It is not recorded where ${ROOT} was installed from, so the app's package.json cannot name it. Pass --package SPEC: a tarball of npm pack, or what package.json can name. Example: --package ./callback-completion-0.1.0.tgz`,
    ]);
    expect(existsSync(join(folder, 'my-app'))).toBe(false);
  });
});

describe('the template', () => {
  const template = join(ROOT, 'cli/init/app');
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

  it('pins the versions that this repository is tested with', () => {
    const ours = read(join(ROOT, 'package.json'));
    const versions = { ...ours.dependencies, ...ours.devDependencies, 'callback-completion': ours.version };
    const { dependencies, devDependencies, optionalDependencies, allowScripts } = read(
      join(template, 'package.json'),
    );
    const named = { ...dependencies, ...devDependencies };
    expect(named).toEqual(Object.fromEntries(Object.keys(named).map((name) => [name, versions[name]])));
    expect(optionalDependencies).toEqual(ours.optionalDependencies);
    expect(allowScripts).toEqual(ours.allowScripts);
  });

  it('has the feature flags that the CDK recommends, as cdk init writes them', () => {
    expect(read(join(template, 'cdk.json'))).toEqual(read(join(ROOT, 'cdk.json')));
  });
});
