import { describe, expect, it } from 'vitest';
import type { TaskSummary } from '../../../lib/build/task-summary.ts';
import { judgeTasks } from '../../../ops/doctor/judge-tasks.ts';

const task = (name: string): TaskSummary => ({
  name,
  aliases: [],
  file: `/app/tasks/${name}.ts`,
  external: false,
});

describe('the tasks', () => {
  it('are counted and named if all of them load', () => {
    expect(judgeTasks([task('greet'), task('thumbnail')], [])).toEqual({
      name: 'tasks',
      status: 'ok',
      finding: '2 tasks can be built and loaded: greet, thumbnail',
    });
  });

  it('that do not load are a warning: on AWS they may find what this machine lacks', () => {
    const broken = [{ name: 'greet', problem: 'Error: BUCKET is not set, at tasks/greet.ts:3:7' }];

    expect(judgeTasks([task('greet'), task('thumbnail')], broken)).toEqual({
      name: 'tasks',
      status: 'warning',
      finding:
        '1 of 2 tasks cannot be loaded on this machine; if that is so on AWS, every run fails with TaskLoadError:\ngreet: Error: BUCKET is not set, at tasks/greet.ts:3:7',
      next: [
        'If a task needs a variable that this machine lacks, put NAME=value into .env',
        'If a task needs a package with native code, name the package in the setting nodeModules',
      ],
    });
  });

  it('cannot write to the terminal by what they throw', () => {
    const broken = [{ name: 'greet', problem: 'Error: \u001b[2J' }];

    expect(judgeTasks([task('greet')], broken).finding).toMatch(/\ngreet: Error: �\[2J$/);
  });
});
