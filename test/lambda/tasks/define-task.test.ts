import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { defineTask } from '../../../lambda/tasks/define-task.ts';

const input = z.unknown();

describe('the definition of a task', () => {
  it('is taken as it is', () => {
    const definition = {
      name: 'resize-image-2',
      input,
      callbackUrl: 'https://example.com/hook',
      timeoutSeconds: 900,
    };

    expect(defineTask(definition)).toBe(definition);
  });

  it.each(['', 'Resize', '-resize', 'resize_image', 'resize image', 'größe', 'x'.repeat(65), 'resize\n'])(
    'may not be named %j',
    (name) => {
      expect(() => defineTask({ name, input })).toThrow(
        new TypeError(
          `the task name ${JSON.stringify(name)} is not 1 to 64 of a-z, 0-9 and "-", beginning with a letter or digit`,
        ),
      );
    },
  );

  it.each([0, 901, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'may not have %d s of time',
    (timeoutSeconds) => {
      expect(() => defineTask({ name: 'resize', input, timeoutSeconds })).toThrow(
        new RangeError(
          `task resize: timeoutSeconds is ${timeoutSeconds}; it must be a whole number from 1 to 900`,
        ),
      );
    },
  );

  it('may not call back to what is no URL', () => {
    expect(() => defineTask({ name: 'resize', input, callbackUrl: '/hook' })).toThrow(
      new TypeError('task resize: callbackUrl "/hook" is not an absolute URL'),
    );
  });
});
