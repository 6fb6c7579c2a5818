import { describe, expect, it } from 'vitest';
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
      expect(definitions.get(task_name)?.input.safeParse(input).error).toBeUndefined();
      expect(note).toMatch(/^[A-Z].*\.$/);
    },
  );
});
