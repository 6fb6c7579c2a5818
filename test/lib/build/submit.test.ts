import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../lib/build/build-functions.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

async function build(app: string): Promise<string> {
  const outputFolder = join(app, 'out');
  mkdirSync(outputFolder);
  const request = {
    nodeModules: [],
    appFolder: app,
    architecture: 'arm64',
    outputFolder,
    local: false,
  } as const;
  try {
    await buildFunctions({ ...request, taskFolders: [join(app, 'tasks')] });
    return 'built';
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message.replaceAll(app, '…')}`;
  }
}

describe('the size of definitions', () => {
  it('is limited: work must not get into submit unnoticed', async () => {
    const app = appFolder({
      'tasks/greet.ts': `
        import { defineTask } from 'callback-completion/task';
        import * as cloudformation from '@aws-sdk/client-cloudformation';
        import * as z from 'zod/mini';
        export const definition = defineTask({ input: z.enum(Object.keys(cloudformation) as [string]) });
        export const run = () => 1;`,
    });

    expect(await build(app)).toMatch(
      /^BuildError: tasks: the definitions bring \d+ KiB of code into the submit function, which may have 400 KiB\. Most of it comes with @aws-sdk\/client-cloudformation \(\d+ KiB\), which \S*tasks\/greet\.ts imports\. Move what only the work needs out of what the definition refers to\.$/,
    );
  });

  it('allows the whole of zod', async () => {
    const app = appFolder({
      'tasks/greet.ts': `
        import { defineTask } from 'callback-completion/task';
        import * as z from 'zod';
        export const definition = defineTask({ input: z.object({ name: z.string() }) });
        export const run = () => 1;`,
    });

    expect(await build(app)).toBe('built');
  });
});

it("contains one copy of zod, the app's, also if the app is not installed where this package is", async () => {
  const app = appFolder({ 'tasks/greet.ts': greetTask() });
  rmSync(join(app, 'node_modules'));
  cpSync(join(import.meta.dirname, '../../../node_modules/zod'), join(app, 'node_modules/zod'), {
    recursive: true,
  });
  const outputFolder = join(app, 'out');

  const { metafiles } = await buildFunctions({
    taskFolders: [join(app, 'tasks')],
    nodeModules: [],
    appFolder: app,
    architecture: 'arm64',
    outputFolder,
    local: false,
  });

  const inputs = Object.keys(metafiles.get('submit')?.at(-1)?.inputs ?? {});
  const copies = inputs.flatMap((input) => /^(.*\/zod)\/v4\//.exec(resolve(input))?.[1] ?? []);
  expect([...new Set(copies)]).toEqual([join(app, 'node_modules/zod')]);
});
