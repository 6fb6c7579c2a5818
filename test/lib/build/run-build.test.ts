import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBuild, runBuildSync } from '../../../lib/build/run-build.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

function requestFor(files: Readonly<Record<string, string>>, nodeModules: readonly string[] = []) {
  const app = appFolder(files);
  const outputFolder = join(app, 'out');
  mkdirSync(outputFolder);
  const architecture = 'arm64' as const;
  return {
    taskFolders: [join(app, 'tasks')],
    nodeModules,
    appFolder: app,
    architecture,
    outputFolder,
    local: false,
  };
}

describe('the build program', () => {
  it('answers with the tasks', async () => {
    const request = requestFor({ 'tasks/greet.ts': greetTask() });

    expect(await runBuild(request)).toEqual([expect.objectContaining({ name: 'greet', external: false })]);
    expect(runBuildSync(request)).toHaveLength(1);
  });

  it.each([
    ['ends the process', 'process.exit(0)'],
    ['never finishes', 'await new Promise(() => {})'],
  ])('names the file if a definition %s', async (_what, expression) => {
    const source = `${greetTask()}\nexport const other = 1;`.replace(
      'z.strictObject(',
      `(${expression}, z.strictObject)(`,
    );

    await expect(runBuild(requestFor({ 'tasks/greet.ts': source }))).rejects.toThrow(
      /tasks\/greet\.ts: its definition ended the process, or never finished, while it was evaluated$/,
    );
  });

  it('blames no definition for what goes wrong after they were evaluated', async () => {
    const request = requestFor({ 'tasks/greet.ts': greetTask(), 'package-lock.json': '{' }, ['left-pad']);

    await expect(runBuild(request)).rejects.toThrow(/^SyntaxError: .*JSON/);
  });
});
