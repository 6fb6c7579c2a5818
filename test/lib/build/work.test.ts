import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workIn } from '../../../lambda/run/work.ts';
import { asBuildError } from '../../../lib/build/build-error.ts';
import { findTasks } from '../../../lib/build/find-tasks.ts';
import { readDefinitions } from '../../../lib/build/read-definitions.ts';
import { buildWork } from '../../../lib/build/work.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

async function build(files: Readonly<Record<string, string>>, nodeModules: readonly string[] = []) {
  const app = appFolder(files);
  const outputFolder = join(app, 'out/work');
  mkdirSync(outputFolder, { recursive: true });
  const tasks = await readDefinitions(findTasks([join(app, 'tasks')]));
  const error = await buildWork({ tasks, nodeModules, outputFolder, withSourceMap: false }).then(
    () => undefined,
    (thrown) => (asBuildError(thrown) as Error).message.replaceAll(app, '…'),
  );
  return { error, folder: outputFolder };
}

const context = {} as never;

describe('the work of an app', () => {
  it('is a module for each task, found by name and alias', async () => {
    const { folder } = await build({
      'tasks/greet.ts': greetTask(`aliases: ['hello'], timeout: '5s'`),
      'tasks/review/task.ts': `
        import { defineTask } from 'callback-completion/task';
        import * as z from 'zod/mini';
        export const definition = defineTask({ input: z.unknown(), external: true, timeout: '1h' });`,
    });
    const work = workIn(folder);

    expect(work.find('hello')).toEqual({ names: ['greet', 'hello'], module: 'greet.mjs', timeoutSeconds: 5 });
    expect(work.find('review')).toEqual({ names: ['review'], timeoutSeconds: 3_600 });
    expect(work.find('other')).toBeUndefined();
    const { run } = (await work.load('hello')) ?? {};
    expect(run?.({ name: 'Ada' } as never, context)).toEqual({ greeting: 'Hello, Ada' });
    expect(await work.load('review')).toBeUndefined();
  });

  it('may use whatever Node and CommonJS offer', async () => {
    const { folder } = await build({
      'tasks/greet.ts': `
        import './effects/early.ts';
        import words from './words.json' with { type: 'json' };
        import { defineTask } from 'callback-completion/task';
        import * as z from 'zod/mini';
        enum Tone { kind = 'kind' }
        const { sep } = require('node:path');
        const loud = (method: () => string) => () => method().toUpperCase();
        class Voice { static { (globalThis as any).voiced = true; } @loud speak() { return words.hello; } }
        const late = await Promise.resolve('awaited');
        export const definition = defineTask({ input: z.enum(Tone) });
        export const run = (tone: Tone) => ({
          tone, late, sep, said: new Voice().speak(),
          early: (globalThis as any).early, voiced: (globalThis as any).voiced,
          folder: __dirname.endsWith('work'), url: import.meta.url.startsWith('file:'),
        });`,
      'tasks/words.json': '{"hello":"Grüß Gott"}',
      'tasks/effects/early.ts': `(globalThis as any).early = 'loaded'; export {};`,
    });
    const { run } = (await workIn(folder).load('greet')) ?? {};

    expect(run?.('kind' as never, context)).toEqual({
      tone: 'kind',
      late: 'awaited',
      sep: '/',
      said: 'GRÜSS GOTT',
      early: 'loaded',
      voiced: true,
      folder: true,
      url: true,
    });
  });

  it('that lacks run is refused, with what to add', async () => {
    const source = greetTask().replace('export const run', 'const run');

    expect((await build({ 'tasks/greet.ts': source })).error).toBe(
      '…/tasks/greet.ts: exports no run. Add `export const run: Run<typeof definition> = async (input, context) => { … }`, or `external: true` to the definition if the work is done elsewhere.',
    );
  });

  it('may export run from another module', async () => {
    const source = greetTask().replace('export const run', 'const other');

    const { error } = await build({
      'tasks/greet.ts': `${source}\nexport * from './work/greet.ts';`,
      'tasks/work/greet.ts': 'export const run = () => 1;',
    });

    expect(error).toBeUndefined();
  });

  it('that imports native code is refused, with the setting for it', async () => {
    const app = {
      'tasks/greet.ts': `${greetTask()}\nexport { default } from './image.node';`,
      'tasks/image.node': '',
    };

    expect((await build(app)).error).toMatch(
      /^…\/tasks\/greet\.ts:\d+:\d+: No loader is configured for "\.node" files: .*\nA package with native code, or one that reads its own files, cannot be bundled: name it in the setting nodeModules\.$/,
    );
  });

  it('leaves packages in nodeModules as imports', async () => {
    const source = `import fc, { integer } from 'fast-check';\n${greetTask('', '() => fc.sample(integer(), 1)')}`;

    const { folder } = await build({ 'tasks/greet.ts': source }, ['fast-check']);

    expect(readFileSync(join(folder, 'greet.mjs'), 'utf8')).toMatch(/from"fast-check"/);
  });
});
