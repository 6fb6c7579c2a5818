import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { taskSamples } from '../../console/samples.ts';
import { findTasks } from '../../lib/build/find-tasks.ts';
import { readDefinitions } from '../../lib/build/read-definitions.ts';
import { SAMPLE_TASKS } from '../support/sample-tasks.ts';

const TASKS = join(import.meta.dirname, '../../tasks');
const samples = taskSamples(await readDefinitions(findTasks([TASKS, join(TASKS, 'samples')])));

describe('the samples of the form', () => {
  it('are one for each task', () => {
    expect(samples.map(({ task_name, external }) => [task_name, external])).toEqual(
      expect.arrayContaining([
        ['generate-report', false],
        ['fail', false],
        ['manual-review', true],
        ['sleep', false],
      ]),
    );
  });

  it.each(samples.filter(({ task_name }) => SAMPLE_TASKS.find(task_name)))(
    'have an input that $task_name accepts, and a note',
    ({ task_name, input, note }) => {
      const schema = SAMPLE_TASKS.find(task_name)?.input ?? z.never();
      expect(z.safeParse(schema, input).error).toBeUndefined();
      expect(note).toMatch(/^[A-Z].*\.$/);
    },
  );

  it('do not assume in an app with the package that a task of the same name is ours', () => {
    const sleep = { name: 'sleep', aliases: [], file: '/app/tasks/sleep.ts', external: false };

    expect(taskSamples([sleep], true)).toMatchObject([{ task_name: 'sleep', input: {} }]);
  });

  it('begin with what the types of its fields suggest, for a task of the app', () => {
    const inputSchema = z.toJSONSchema(
      z.strictObject({ name: z.string(), width: z.int().check(z.minimum(1)) }),
    );

    expect(
      taskSamples([
        { name: 'resize', aliases: [], file: '/app/tasks/resize.ts', external: false, inputSchema },
      ]),
    ).toEqual([
      { task_name: 'resize', external: false, input: { name: 'example', width: 1 }, note: 'resize.' },
    ]);
  });

  it('have texts that fit the length and the format of their fields', () => {
    const schema = z.strictObject({
      name: z.string().check(z.minLength(1)),
      code: z.string().check(z.length(3)),
      password: z.string().check(z.minLength(10)),
      mail: z.email(),
      page: z.url(),
      key: z.uuid(),
      day: z.iso.date(),
      at: z.iso.datetime(),
    });
    const inputSchema = z.toJSONSchema(schema);
    const [sample] = taskSamples([
      { name: 'invite', aliases: [], file: '/app/tasks/invite.ts', external: false, inputSchema },
    ]);

    expect(z.safeParse(schema, sample?.input).error).toBeUndefined();
    expect(sample?.input).toMatchObject({ name: 'example', code: 'exa', password: 'example...' });
  });
});
