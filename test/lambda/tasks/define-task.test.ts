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
      callbackFormat: 'beam-v2',
      timeoutSeconds: 900,
    } as const;

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

  it('may give work that is done elsewhere 30 days', () => {
    const definition = { name: 'review', input, external: true, timeoutSeconds: 2_592_000 } as const;

    expect(defineTask(definition)).toBe(definition);
  });

  it.each([0, 2_592_001, 1.5])('may not give work that is done elsewhere %d s', (timeoutSeconds) => {
    expect(() => defineTask({ name: 'review', input, external: true, timeoutSeconds })).toThrow(
      new RangeError(
        `task review: timeoutSeconds is ${timeoutSeconds}; it must be a whole number from 1 to 2592000`,
      ),
    );
  });

  it.each(['/hook', 'example.com', 'ftp://example.com/', 'javascript:alert(1)', ''])(
    'may not call back to %j',
    (callbackUrl) => {
      expect(() => defineTask({ name: 'resize', input, callbackUrl })).toThrow(
        new TypeError(
          `task resize: callbackUrl ${JSON.stringify(callbackUrl)} is not an absolute URL of https or http`,
        ),
      );
    },
  );

  it('may not call back in a format that there is not', () => {
    expect(() => defineTask({ name: 'resize', input, callbackFormat: 'xml' as never })).toThrow(
      new TypeError('task resize: callbackFormat "xml" is not one of task, job, beam-v1, beam-v2, standard'),
    );
  });
});
