import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { taskSamples } from '../../console/samples.ts';
import { definitions } from '../../lambda/tasks/definitions.ts';

describe('the samples of the form', () => {
  it('are one for each registered task', () => {
    expect(taskSamples().map(({ task_name }) => task_name)).toEqual([...definitions.keys()]);
    expect(
      taskSamples()
        .filter(({ external }) => external)
        .map(({ task_name }) => task_name),
    ).toEqual(['manual-review']);
  });

  it.each(taskSamples())(
    'has an input that $task_name takes, and says what it is',
    ({ task_name, input, note }) => {
      const definition = definitions.get(task_name);
      expect(definition).toBeDefined();
      expect(z.safeParse(definition?.input ?? z.never(), input).error).toBeUndefined();
      expect(note).toMatch(/^[A-Z].*\.$/);
    },
  );
});
