import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBuild } from '../../lib/build/run-build.ts';
import { brokenTasks, workFolderOf } from '../../local/broken-tasks.ts';
import { programFile } from '../../package/files.ts';
import { appFolder, greetTask } from '../support/app-folder.ts';

async function built(files: Readonly<Record<string, string>>): Promise<string> {
  const app = appFolder(files);
  const outputFolder = join(app, 'built');
  mkdirSync(outputFolder);
  await runBuild({
    taskFolders: [join(app, 'tasks')],
    nodeModules: [],
    appFolder: app,
    architecture: 'arm64',
    outputFolder,
    local: true,
  });
  return outputFolder;
}

describe('loading every task once', () => {
  it('returns those that throw, end their process, or miss a variable', async () => {
    const folder = await built({
      'tasks/exits.ts': `${greetTask()}\nprocess.exit(0);`,
      'tasks/misses-a-package.ts': `${greetTask()}\nawait import(['is-not', 'installed'].join('-'));`,
      'tasks/needs-a-variable.ts': `${greetTask()}\nif (!process.env.BUCKET) throw new Error('BUCKET is not set');`,
      'tasks/throws.ts': `${greetTask()}\nthrow new RangeError('no licence');`,
      'tasks/waits.ts': `${greetTask()}\nawait new Promise(() => {});`,
      'tasks/works.ts': greetTask(),
    });

    const broken = await brokenTasks(join(folder, 'run/work'), {});

    expect(broken).toEqual([
      { name: 'exits', problem: 'ended its process (0) while it was loading' },
      {
        name: 'misses-a-package',
        // The only places are Node's own.
        problem: expect.stringMatching(
          /^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'is-not-installed' imported from \S+misses-a-package\.mjs$/,
        ),
      },
      {
        name: 'needs-a-variable',
        problem: expect.stringMatching(/^Error: BUCKET is not set, at .*tasks\/needs-a-variable\.ts:7:\d+$/),
      },
      {
        name: 'throws',
        problem: expect.stringMatching(/^RangeError: no licence, at .*tasks\/throws\.ts:7:\d+$/),
      },
      { name: 'waits', problem: 'awaits something at its top level that never comes' },
    ]);
    expect(await brokenTasks(join(folder, 'run/work'), { BUCKET: 'images' })).toHaveLength(4);
  });

  it('ends the process of a task that is still loading when the process that loads tasks has ended', async ({
    onTestFinished,
  }) => {
    const folder = appFolder({
      'hangs.mjs': `process.send('loading'); await new Promise(() => setInterval(() => {}, 1e9));`,
    });
    const child = fork(programFile('local/load-task.ts'), [join(folder, 'hangs.mjs')]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    await once(child, 'message');

    child.disconnect();

    expect(await ended).toEqual([0, null]);
  });

  it('finds the work in the code of run alone', async () => {
    const folder = await built({ 'tasks/works.ts': greetTask() });

    expect(workFolderOf(join(folder, 'run'))).toBe(join(folder, 'run/work'));
    expect(workFolderOf(join(folder, 'deliver'))).toBeUndefined();
  });
});
