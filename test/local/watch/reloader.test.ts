import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workIn } from '../../../lambda/run/work.ts';
import { runBuild } from '../../../lib/build/run-build.ts';
import { Reloader } from '../../../local/watch/reloader.ts';
import { appFolder, greetTask, writeFiles } from '../../support/app-folder.ts';

/** An app with one task, built for this machine. `broken` names functions whose new code does not start. */
async function app() {
  const folder = appFolder({
    'tasks/greet.ts': `import { word } from './words/hello.ts';\n${greetTask('', '() => word')}`,
    'tasks/words/hello.ts': `export { word } from '../../src/hello.ts';`,
    'src/hello.ts': `export const word = 'hello';`,
  });
  const outputFolder = join(folder, 'built');
  mkdirSync(outputFolder);
  await runBuild({
    taskFolders: [join(folder, 'tasks')],
    nodeModules: [],
    appFolder: folder,
    architecture: 'arm64',
    outputFolder,
    local: true,
  });
  const running = new Map(['submit', 'run', 'deliver'].map((name) => [name, join(outputFolder, name)]));
  const broken = new Set<string>();
  const pipeline = { functions: [...running].map(([arn, codeDirectory]) => ({ arn, codeDirectory })) };
  const stack = {
    async replaceCode(arn: string, codeDirectory: string) {
      if (broken.has(arn)) return false;
      running.set(arn, codeDirectory);
      return true;
    },
  };
  const file = (path: string) => join(folder, path);
  return {
    file,
    broken,
    write: (path: string, source: string) => writeFiles(folder, { [path]: source }),
    /** What the running work of a task returns. */
    async says(task: string): Promise<unknown> {
      const { run } = (await workIn(join(running.get('run') ?? '', 'work')).load(task)) ?? {};
      return run?.({ name: 'Ada' } as never, {} as never);
    },
    reloader: new Reloader(stack, pipeline, file('reloaded')),
  };
}

describe('reloading', () => {
  it('concerns the folders of tasks, and those of the files that tasks import', async () => {
    const { file, reloader } = await app();

    expect(reloader.taskFolders).toEqual([file('tasks')]);
    expect(reloader.sourceFolders).toContain(file('src'));
    expect(reloader.sourceFolders).not.toContain(file('tasks/words'));
  });

  it('concerns run alone if only work has changed', async () => {
    const { write, file, says, reloader } = await app();
    write('tasks/words/hello.ts', `export const word = 'servus';`);

    expect(await reloader.reload([file('tasks/words/hello.ts'), file('tasks/words/.hello.ts.swp')])).toEqual({
      files: [file('tasks/words/hello.ts')],
      functions: ['run'],
      failed: [],
      errors: [],
      tookMs: expect.any(Number),
    });
    expect(await says('greet')).toBe('servus');
  });

  it('starts from an empty folder, though an earlier run of the stack has left builds', async () => {
    const { write, file, reloader } = await app();
    write('reloaded/1/submit/left-behind.mjs', '');
    write('tasks/words/hello.ts', `export const word = 'servus';`);

    expect(await reloader.reload([file('tasks/words/hello.ts')])).toMatchObject({ functions: ['run'] });
  });

  it('concerns submit, too, if a definition has changed or a task is new or gone', async () => {
    const { write, file, says, reloader } = await app();

    write('tasks/greet.ts', greetTask(`timeout: '5s'`));
    expect(await reloader.reload([file('tasks/greet.ts')])).toMatchObject({ functions: ['run', 'submit'] });

    write('tasks/wave.ts', greetTask('', `() => 'waving'`));
    expect(await reloader.reload([file('tasks/wave.ts')])).toMatchObject({ functions: ['run', 'submit'] });
    expect(await says('wave')).toBe('waving');

    rmSync(file('tasks/wave.ts'));
    expect(await reloader.reload([file('tasks/wave.ts')])).toMatchObject({ functions: ['run', 'submit'] });
    expect(await says('wave')).toBeUndefined();
  });

  it('concerns nobody if the file is in no function', async () => {
    const { write, file, reloader } = await app();
    write('notes.md', 'nothing');

    expect(await reloader.reload([file('notes.md')])).toBeUndefined();
  });

  it('keeps the old code while there is an error, and reports its place', async () => {
    const { write, file, says, reloader } = await app();
    write('tasks/words/hello.ts', `import { farewell } from './bye.ts';\nexport const word = farewell;`);

    const failed = await reloader.reload([file('tasks/words/hello.ts')]);

    expect(failed).toMatchObject({ functions: [], failed: ['run', 'submit'] });
    expect(failed?.errors).toEqual([
      expect.stringMatching(/tasks\/words\/hello\.ts:1:\d+: Could not resolve "\.\/bye\.ts" {2}import/),
    ]);
    expect(await says('greet')).toBe('hello');

    // The missing file belongs to no function yet; the build waits for any change.
    write('tasks/words/bye.ts', `export const farewell = 'bye';`);
    expect(await reloader.reload([file('elsewhere.ts')])).toMatchObject({ functions: ['run'], failed: [] });
    expect(await says('greet')).toBe('bye');
  });

  it('keeps the old code if the new one does not start', async () => {
    const { write, file, says, broken, reloader } = await app();
    broken.add('run');
    write('tasks/words/hello.ts', `export const word = 'servus';`);

    expect(await reloader.reload([file('tasks/words/hello.ts')])).toMatchObject({
      failed: ['run'],
      errors: [],
    });
    expect(await says('greet')).toBe('hello');

    broken.clear();
    expect(await reloader.reload([file('notes.md')])).toMatchObject({ functions: ['run'], failed: [] });
    expect(await says('greet')).toBe('servus');
  });
});
