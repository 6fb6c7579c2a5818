import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBuild } from '../../../lib/build/run-build.ts';
import { type Change, changesOf, watchSources } from '../../../local/watch/watch.ts';
import { appFolder, greetTask, writeFiles } from '../../support/app-folder.ts';

const file = (path: string) => join(resolve(import.meta.dirname, '..', '..', '..'), path);
const reloaded = { files: [], functions: [], failed: [], errors: [], tookMs: 123.4 };

describe('a change, in words', () => {
  it('tells what was reloaded, how long it took, and why', () => {
    const files = [file('tasks/samples/sleep.ts'), file('tasks/samples/fail.ts')];
    expect(changesOf(files, [{ ...reloaded, files, functions: ['run', 'submit'] }])).toEqual([
      {
        tone: 'good',
        step: 'reloaded',
        text: 'run, submit in 123 ms: tasks/samples/sleep.ts and 1 more',
      },
    ]);
  });

  it('tells what goes on with its old code, and what is wrong', () => {
    const errors = ['lambda/log.ts:3:1: Unexpected "="'];
    expect(changesOf([], [{ ...reloaded, failed: ['run'], errors }])).toEqual([
      {
        tone: 'bad',
        step: 'not reloaded',
        text: 'run: the old code goes on\nlambda/log.ts:3:1: Unexpected "="',
      },
    ]);
  });

  it.each(['lib/stage.ts', 'bin/app.ts', 'local/gateway.ts', 'lambda/contract/settings.ts'])(
    'tells that %s needs another start',
    (path) => {
      expect(changesOf([file(path)], [])).toEqual([
        {
          tone: 'plain',
          step: 'restart needed',
          text: `${path} is read at the start only: Ctrl-C, then npm run dev`,
        },
      ]);
    },
  );

  it("names a file of somebody's own app that needs another start", () => {
    const appFiles = ['/shop/cdk.json', '/shop/lib/shop-stack.ts'];
    expect(changesOf(['/shop/lib/shop-stack.ts', '/shop/lib/README.md'], [], [], appFiles)).toEqual([
      {
        tone: 'plain',
        step: 'restart needed',
        text: '/shop/lib/shop-stack.ts is read at the start only: Ctrl-C, then npm run dev',
      },
    ]);
  });

  it('tells nothing of a file that concerns nobody', () => {
    expect(changesOf([file('tasks/README.md')], [])).toEqual([]);
  });
});

/** A pipeline that is built from the tasks in a folder of the app. */
async function pipelineOf(app: string, id: string) {
  const outputFolder = join(app, 'built', id);
  mkdirSync(outputFolder, { recursive: true });
  await runBuild({
    taskFolders: [join(app, id)],
    nodeModules: [],
    appFolder: app,
    architecture: 'arm64',
    outputFolder,
    local: true,
  });
  const functions = ['submit', 'run'].map((name) => ({
    arn: `${id}-${name}`,
    codeDirectory: join(outputFolder, name),
  }));
  return { id, name: `Shop/${id}`, functions };
}

describe('watching an app with two pipelines', () => {
  it('reloads the pipeline whose task has changed, and names it', async () => {
    const app = appFolder({ 'Callbacks/greet.ts': greetTask(), 'Reports/report.ts': greetTask() });
    const pipelines = [await pipelineOf(app, 'Callbacks'), await pipelineOf(app, 'Reports')];
    const replaced: string[] = [];
    const told = Promise.withResolvers<Change>();
    const stop = watchSources({
      stack: {
        description: { pipelines },
        replaceCode: async (arn) => replaced.push(arn) > 0,
        brokenTasks: async () => [],
      },
      folder: join(app, 'reloaded'),
      appFiles: [],
      tell: told.resolve,
    });

    writeFiles(app, { 'Reports/report.ts': greetTask('', `() => 'servus'`) });

    const change = await told.promise;
    expect(change).toMatchObject({ step: 'reloaded' });
    expect(change.text).toMatch(/^Reports run in \d+ ms: .*\/Reports\/report\.ts$/);
    expect(replaced).toEqual(['Reports-run']);
    stop();
  }, 300_000);

  it('reports that a change of the app itself needs another start', async () => {
    const app = appFolder({ 'Callbacks/greet.ts': greetTask(), 'cdk.json': '{}', 'lib/shop.ts': '' });
    const told = Promise.withResolvers<Change>();
    const stop = watchSources({
      stack: {
        description: { pipelines: [await pipelineOf(app, 'Callbacks')] },
        replaceCode: async () => true,
        brokenTasks: async () => [],
      },
      folder: join(app, 'reloaded'),
      appFiles: [join(app, 'cdk.json'), join(app, 'lib/shop.ts')],
      tell: told.resolve,
    });

    writeFiles(app, { 'lib/shop.ts': 'export {};' });

    expect(await told.promise).toMatchObject({
      step: 'restart needed',
      text: expect.stringContaining('/lib/shop.ts is read at the start only'),
    });
    stop();
  }, 300_000);
});
