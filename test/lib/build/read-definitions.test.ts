import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTasks } from '../../../lib/build/find-tasks.ts';
import { readDefinitions } from '../../../lib/build/read-definitions.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

async function read(files: Readonly<Record<string, string>>) {
  const app = appFolder(files);
  const shown = (text: string) => text.replaceAll(app, '…');
  try {
    const tasks = await readDefinitions(findTasks([join(app, 'tasks')]));
    return { tasks: tasks.map(({ file, inputSchema, ...task }) => ({ ...task, file: shown(file) })) };
  } catch (error) {
    return { error: shown((error as Error).message).split('\n') };
  }
}

describe('the definitions of an app', () => {
  it('state name, aliases and options', async () => {
    const options = `name: 'hello', aliases: ['hi'], timeout: '2m', callbackUrl: 'https://a.example/', callbackFormat: 'job'`;

    expect(
      await read({
        'tasks/greet.ts': greetTask(),
        'tasks/other.ts': greetTask(options),
        'tasks/review.ts': `
          import { defineTask } from 'callback-completion/task';
          import * as z from 'zod';
          export const definition = defineTask({ input: z.object({ subject: z.string() }), external: true });`,
      }),
    ).toEqual({
      tasks: [
        { name: 'greet', aliases: [], file: '…/tasks/greet.ts', external: false },
        {
          name: 'hello',
          aliases: ['hi'],
          file: '…/tasks/other.ts',
          external: false,
          timeoutSeconds: 120,
          callbackUrl: 'https://a.example/',
          callbackFormat: 'job',
        },
        { name: 'review', aliases: [], file: '…/tasks/review.ts', external: true },
      ],
    });
  });

  it('are evaluated without the work and what it imports', async () => {
    const work = `import './not-there.ts'; throw new Error('the work was loaded');`;

    expect(await read({ 'tasks/greet.ts': greetTask() + work })).toMatchObject({
      tasks: [{ name: 'greet' }],
    });
  });
});

describe('a definition that cannot be used', () => {
  it('is reported with its file, each in a line', async () => {
    expect(
      await read({
        'tasks/late.ts': greetTask(`timeout: '20m'`),
        'tasks/plain.ts': `export const definition = { input: 1 };`,
        'tasks/throws.ts': `export const definition = (() => { throw new Error('no licence'); })();`,
        'tasks/Wrong_Name.ts': greetTask(),
      }),
    ).toEqual({
      error: [
        '…/tasks/late.ts: timeout "20m" must be a whole number with a unit s, m, h or d, from 1s to 900s',
        '…/tasks/plain.ts: its definition is not a value that defineTask returned; write `export const definition = defineTask({ … })`',
        '…/tasks/throws.ts: no licence',
        '…/tasks/Wrong_Name.ts: the name of its file "Wrong_Name" must be 1 to 64 characters of a-z, 0-9 and "-", and begin with a letter or a digit',
      ],
    });
  });

  it('is external and has work all the same', async () => {
    expect(await read({ 'tasks/review.ts': greetTask('external: true') })).toEqual({
      error: [
        '…/tasks/review.ts: an external task exports no run; remove run, or `external: true` from the definition',
      ],
    });
  });

  it('has the name or the alias of another one', async () => {
    expect(
      await read({
        'tasks/a.ts': greetTask(`name: 'greet', aliases: ['hi']`),
        'tasks/b.ts': greetTask(`aliases: ['hi']`),
        'tasks/greet.ts': greetTask(),
      }),
    ).toEqual({
      error: [
        '…/tasks/b.ts: the name hi is also that of …/tasks/a.ts; rename one of them, or change its aliases',
        '…/tasks/greet.ts: the name greet is also that of …/tasks/a.ts; rename one of them, or change its aliases',
      ],
    });
  });

  it('is missing', async () => {
    expect(await read({ 'tasks/greet.ts': 'export const run = () => 1;' })).toEqual({
      error: [
        '…/tasks/greet.ts: exports no definition. Add `export const definition = defineTask({ input: … })`, or move the file into a folder below the tasks folder if it is not a task.',
      ],
    });
  });

  it('imports what is not there', async () => {
    const source = `import { shape } from './shape.ts';\nexport const definition = shape;`;

    expect(await read({ 'tasks/greet.ts': source })).toEqual({
      error: [
        expect.stringMatching(/^…\/tasks\/greet\.ts:1:\d+: Could not resolve "\.\/shape\.ts" {2}import/),
      ],
    });
  });

  it('reaches a package that is installed beside the work alone', async () => {
    const app = appFolder({
      'tasks/greet.ts': `
        import { MAX } from './shared/draw.ts';
        import { defineTask } from 'callback-completion/task';
        import * as z from 'zod/mini';
        export const definition = defineTask({ input: z.int().check(z.maximum(MAX)) });
        export const run = () => 1;`,
      'tasks/shared/draw.ts': `import fc from 'fast-check';\nexport const MAX = 9;\nexport const draw = () => fc;`,
    });

    await expect(
      readDefinitions(findTasks([join(app, 'tasks')]), { nodeModules: ['fast-check'] }),
    ).rejects.toThrow(
      /tasks\/shared\/draw\.ts: imports fast-check, and a definition refers to this file\. The submit function does not have the packages in nodeModules: move what the definition needs into a file that does not import fast-check\.$/,
    );
  });
});
