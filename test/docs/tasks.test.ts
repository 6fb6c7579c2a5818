import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { workIn } from '../../lambda/run/work.ts';
import { runBuild } from '../../lib/build/run-build.ts';
import { appFolder } from '../support/app-folder.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** The page's first TypeScript block that defines a task, without the comment that names the file. */
function taskIn(page: string): string {
  const blocks = readFileSync(join(REPOSITORY, page), 'utf8').matchAll(/```ts\n(.*?)```/gs);
  const [task] = [...blocks].map(([, code = '']) => code).filter((code) => code.includes('defineTask({'));
  return task?.replace('// tasks/greet.ts\n', '') ?? '';
}

it('the task in README.md and docs/tasks.md is the same, and works as it is written', async () => {
  const source = taskIn('README.md');
  expect(source).toBe(taskIn('docs/tasks.md'));
  const app = appFolder({ 'tasks/greet.ts': source });
  const outputFolder = join(app, 'out');
  mkdirSync(outputFolder);

  const tasks = await runBuild({
    taskFolders: [join(app, 'tasks')],
    nodeModules: [],
    appFolder: app,
    architecture: 'arm64',
    outputFolder,
    local: true,
  });

  expect(tasks).toMatchObject([{ name: 'greet', timeoutSeconds: 30 }]);
  const { run } = (await workIn(join(outputFolder, 'run/work')).load('greet')) ?? {};
  const context = { run: 1, logger: { info: () => {} } };
  expect(await run?.({ name: 'Ada' } as never, context as never)).toEqual({ greeting: 'Hello, Ada' });
});
