import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appFiles, synthesisKey, synthesizeIfChanged } from '../../local/synthesis-cache.ts';
import { SynthesisError } from '../../local/synthesize.ts';
import { appFolder, writeFiles } from '../support/app-folder.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

/** An app that writes how often it ran in place of an assembly. It loads a file of another folder. */
function countingApp() {
  const elsewhere = temporaryDirectory();
  const name = join(elsewhere, 'name.cjs');
  writeFileSync(name, "module.exports = 'first';");
  // Its packages change in a test: they must not be this repository's.
  const folder = temporaryDirectory();
  writeFiles(folder, {
    'cdk.json': '{"app":"node app.cjs"}',
    'app.cjs': `
      require('node:fs').writeFileSync(process.env.CDK_OUTDIR + '/name.txt', require(${JSON.stringify(name)}));
      require('node:fs').appendFileSync(${JSON.stringify(join(elsewhere, 'runs.txt'))}, 'x');
      if (process.env.CDK_CONTEXT_JSON.includes('broken')) process.exit(1);
    `,
  });
  const stateFolder = join(folder, '.local');
  const directory = join(stateFolder, 'cdk.out');
  return {
    folder,
    name,
    directory,
    start: (context: Record<string, string> = {}, isForced = false, onSynthesis = () => {}) => {
      return synthesizeIfChanged({
        directory,
        stateFolder,
        appFolder: folder,
        context,
        isForced,
        onSynthesis,
      });
    },
    runs: () => readFileSync(join(elsewhere, 'runs.txt'), 'utf8').length,
  };
}

describe('the files of an app', () => {
  it('are cdk.json and those that its program has loaded, apart from packages', async () => {
    const app = countingApp();
    writeFiles(app.folder, {
      'node_modules/tool/index.js': '',
      'cdk.json': '{"app":"node app.cjs"}',
      'unused.cjs': '',
    });
    appendFileSync(join(app.folder, 'app.cjs'), "require('tool');");
    await app.start();
    await app.start();

    const config = join(app.folder, 'cdk.json');
    expect(appFiles(app.directory, app.folder)).toEqual([config, join(app.folder, 'app.cjs'), app.name]);
    rmSync(join(app.directory, 'loaded-files.txt'));
    expect(appFiles(app.directory, app.folder)).toEqual([config]);
  });
});

describe('an app that was synthesized before', () => {
  it('is not synthesized again if nothing has changed', async () => {
    const app = countingApp();

    expect([await app.start(), await app.start(), await app.start()]).toEqual([true, false, false]);

    expect(app.runs()).toBe(1);
    expect(readFileSync(join(app.directory, 'name.txt'), 'utf8')).toBe('first');
  });

  it('is remembered if it loads a file that it writes and removes, as the evaluation of definitions does', async () => {
    const app = countingApp();
    const written = join(temporaryDirectory(), 'written.cjs');
    appendFileSync(
      join(app.folder, 'app.cjs'),
      `require('node:fs').writeFileSync(${JSON.stringify(written)}, '');
       require(${JSON.stringify(written)});
       require('node:fs').rmSync(${JSON.stringify(written)});`,
    );

    expect([await app.start(), await app.start()]).toEqual([true, false]);
  });

  it('is synthesized again after a change of a file, the context, a variable or what is installed', async () => {
    const app = countingApp();
    await app.start();

    appendFileSync(join(app.folder, 'app.cjs'), '// changed');
    expect(await app.start()).toBe(true);
    writeFiles(app.folder, { 'tasks/new.ts': '' });
    expect(await app.start()).toBe(true);
    rmSync(join(app.folder, 'tasks'), { recursive: true });
    expect(await app.start()).toBe(true);
    expect(await app.start({ size: 'large' })).toBe(true);
    process.env.SYNTHESIS_CACHE_TEST = '1';
    expect(await app.start({ size: 'large' })).toBe(true);
    delete process.env.SYNTHESIS_CACHE_TEST;
    expect(await app.start({ size: 'large' })).toBe(true);
    writeFiles(app.folder, { 'node_modules/.package-lock.json': '{}' });
    expect(await app.start({ size: 'large' })).toBe(true);

    expect(await app.start({ size: 'large' })).toBe(false);
    expect(app.runs()).toBe(8);
  });

  it('is synthesized again after a change of a file that it loads from another folder', async () => {
    const app = countingApp();
    await app.start();

    writeFileSync(app.name, "module.exports = 'second';");

    expect([await app.start(), await app.start()]).toEqual([true, false]);
    expect(readFileSync(join(app.directory, 'name.txt'), 'utf8')).toBe('second');
  });

  it('is remembered if this process sets a variable meanwhile, as modules do that load', async () => {
    const app = countingApp();
    await app.start({}, false, () => {
      process.env.SYNTHESIS_CACHE_TEST = '1';
    });
    delete process.env.SYNTHESIS_CACHE_TEST;

    expect(await app.start()).toBe(false);
  });

  it('is synthesized again after a change of a file that it loads from a hidden folder', async () => {
    const app = countingApp();
    writeFiles(app.folder, { '.config/size.cjs': '', 'app.cjs': "require('./.config/size.cjs');" });
    await app.start();
    expect(await app.start()).toBe(false);

    writeFiles(app.folder, { '.config/size.cjs': '// large' });

    expect(await app.start()).toBe(true);
  });

  it('is synthesized again on request', async () => {
    const app = countingApp();
    await app.start();

    expect(await app.start({}, true)).toBe(true);
  });

  it('is synthesized again if the last synthesis failed', async () => {
    const app = countingApp();
    await app.start();

    await expect(app.start({ broken: 'true' })).rejects.toThrow(SynthesisError);

    expect(await app.start()).toBe(true);
  });
});

describe('the key of a synthesis', () => {
  const keyOf = (folder: string, env: Record<string, string> = {}) =>
    synthesisKey({ appFolder: folder, stateFolder: join(folder, 'state'), env });

  it('leaves out generated files, packages, hidden folders and what a terminal sets', () => {
    const folder = temporaryDirectory();
    writeFiles(folder, { 'cdk.json': '{}' });
    const key = keyOf(folder);

    writeFiles(folder, {
      'state/ledger': '1',
      'cdk.out/manifest.json': '1',
      '.git/index': '1',
      'node_modules/greet/index.js': '1',
    });

    expect(keyOf(folder, { TERM: 'xterm', SHLVL: '2', PORT: '0', npm_config_cache: '/x' })).toBe(key);
  });

  it('counts packages that are installed in a parent folder, as in a workspace', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'apps/shop/cdk.json': '{}' });
    const key = keyOf(join(root, 'apps', 'shop'));

    writeFiles(root, { 'node_modules/.package-lock.json': '{}' });

    expect(keyOf(join(root, 'apps', 'shop'))).not.toBe(key);
  });

  it('is the same for npm start and npx, which put folders on the path', () => {
    const folder = appFolder({ 'cdk.json': '{}' });
    const gypFolder = join('npm', 'run-script', 'lib', 'node-gyp-bin');
    const byNpm = [join(folder, 'node_modules', '.bin'), gypFolder, 'tools'].join(delimiter);

    expect(keyOf(folder, { PATH: byNpm })).toBe(keyOf(folder, { PATH: 'tools' }));
    expect(keyOf(folder, { PATH: 'tools' })).not.toBe(keyOf(folder, { PATH: 'other' }));
  });

  it('counts hidden files: apps read .env', () => {
    const folder = appFolder({ 'cdk.json': '{}' });
    const key = keyOf(folder);

    writeFiles(folder, { '.env': 'SIZE=1' });

    expect(keyOf(folder)).not.toBe(key);
  });

  it('is undefined for an app with a link to another place, or with more than 5,000 files', () => {
    const linked = appFolder({ 'cdk.json': '{}' });
    symlinkSync(temporaryDirectory(), join(linked, 'shared'));
    const large = appFolder({ 'cdk.json': '{}' });
    mkdirSync(join(large, 'data'));
    for (let index = 0; index < 5_000; index++) writeFileSync(join(large, 'data', String(index)), '');

    expect([keyOf(linked), keyOf(large)]).toEqual([undefined, undefined]);
  });

  it('is undefined for an app that cannot be read', () => {
    expect(keyOf(join(temporaryDirectory(), 'gone'))).toBeUndefined();
  });
});
