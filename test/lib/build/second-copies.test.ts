import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findTasks } from '../../../lib/build/find-tasks.ts';
import { readDefinitions } from '../../../lib/build/read-definitions.ts';
import { secondCopies } from '../../../lib/build/second-copies.ts';
import { appFolder, greetTask } from '../../support/app-folder.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');

/** Gives a folder a copy of zod of its own. */
function copyZod(folder: string): void {
  rmSync(join(folder, 'node_modules'), { force: true });
  cpSync(join(REPOSITORY, 'node_modules/zod'), join(folder, 'node_modules/zod'), { recursive: true });
}

async function read(taskFolder: string, app: string): Promise<string> {
  return await readDefinitions(findTasks([taskFolder]), { appFolder: app }).then(
    (tasks) => tasks.map(({ name }) => name).join(', '),
    (error) => String(error),
  );
}

it('reads tasks that use the zod of the app', async () => {
  const app = appFolder({ 'tasks/greet.ts': greetTask() });
  copyZod(app);

  expect(await read(join(app, 'tasks'), app)).toBe('greet');
});

it('refuses a task that uses another copy of zod, and states both places', async () => {
  const app = appFolder();
  const other = appFolder({ 'tasks/greet.ts': greetTask() });
  copyZod(other);

  expect(await read(join(other, 'tasks'), app)).toBe(
    `BuildError: ${other}/tasks/greet.ts: imports the zod in ${other}/node_modules/zod, but the pipeline uses the one in ${REPOSITORY}/node_modules/zod. Keep one of them: let both packages ask for the same version of zod, then run npm dedupe.`,
  );
});

it('refuses a task that uses another copy of callback-completion', () => {
  const inputs = {
    '/app/tasks/greet.ts': {
      bytes: 1,
      imports: [
        {
          path: '/app/node_modules/callback-completion/dist/task.mjs',
          kind: 'import-statement' as const,
          original: 'callback-completion/task',
        },
      ],
    },
  };

  expect(secondCopies({ inputs }, '/app')).toEqual([
    `/app/tasks/greet.ts: imports the callback-completion in /app/node_modules/callback-completion, but the pipeline uses the one in ${REPOSITORY}. Keep one of them: let both packages ask for the same version of callback-completion, then run npm dedupe.`,
  ]);
});

it('does not check a folder without zod', async () => {
  const app = appFolder({ 'tasks/greet.ts': greetTask() });
  const empty = appFolder();
  rmSync(join(empty, 'node_modules'));

  expect(await read(join(app, 'tasks'), empty)).toBe('greet');
});
