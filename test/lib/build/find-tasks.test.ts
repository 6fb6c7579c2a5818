import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTasks } from '../../../lib/build/find-tasks.ts';
import { appFolder } from '../../support/app-folder.ts';

describe('the tasks of a folder', () => {
  it('are its TypeScript files, and the task.ts of its folders, by name', () => {
    const app = appFolder({
      'tasks/thumbnail.ts': '',
      'tasks/greet/task.ts': '',
      'tasks/greet/words.ts': '',
      'tasks/shared/s3.ts': '',
      'tasks/thumbnail.test.ts': '',
      'tasks/images.d.ts': '',
      'tasks/README.md': '',
      'more/audit.ts': '',
    });

    expect(findTasks([join(app, 'tasks'), join(app, 'more')])).toEqual([
      { fileName: 'greet', file: join(app, 'tasks/greet/task.ts') },
      { fileName: 'thumbnail', file: join(app, 'tasks/thumbnail.ts') },
      { fileName: 'audit', file: join(app, 'more/audit.ts') },
    ]);
  });

  it('are found behind links, by the names of the links', () => {
    const app = appFolder({ 'elsewhere/hello.ts': '', 'tasks/README.md': '' });
    symlinkSync(join(app, 'elsewhere/hello.ts'), join(app, 'tasks/greet.ts'));

    expect(findTasks([join(app, 'tasks')])).toEqual([
      { fileName: 'greet', file: join(app, 'elsewhere/hello.ts') },
    ]);
  });

  it('are missed if no folder is given', () => {
    expect(() => findTasks([])).toThrow('tasks: no folder is given. Name at least one in the setting tasks.');
  });

  it('are missed if the folder does not exist', () => {
    const folder = join(appFolder(), 'tasks');

    expect(() => findTasks([folder])).toThrow(
      `tasks: the folder ${folder} does not exist. Create it with a file for each task, or name another folder in the setting tasks.`,
    );
  });

  it('are missed if the folder has none', () => {
    const folder = join(appFolder({ 'tasks/README.md': '' }), 'tasks');

    expect(() => findTasks([folder])).toThrow(
      `tasks: the folder ${folder} has no task. A task is a file such as ${folder}/greet.ts that exports definition and run.`,
    );
  });
});
