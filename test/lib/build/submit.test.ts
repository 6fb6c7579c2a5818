import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFunctions } from '../../../lib/build/build-functions.ts';
import { appFolder } from '../../support/app-folder.ts';

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
