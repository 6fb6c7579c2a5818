import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { defineTask, isTaskDefinition } from '../../../lambda/task/define-task.ts';

const input = z.unknown();

describe('defineTask', () => {
  it('returns its options, with the timeout in seconds', () => {
    const definition = defineTask({
      name: 'resize-image-2',
      aliases: ['resize'],
      input,
      callbackUrl: 'https://example.com/hook',
      callbackFormat: 'beam-v2',
      timeout: '15m',
    });

    expect(definition).toEqual({
      name: 'resize-image-2',
      aliases: ['resize'],
      input,
      callbackUrl: 'https://example.com/hook',
      callbackFormat: 'beam-v2',
      timeoutSeconds: 900,
    });
    expect(isTaskDefinition(definition)).toBe(true);
    expect(isTaskDefinition({ ...definition })).toBe(false);
  });

  it('needs nothing but a schema, of zod or of zod/mini', () => {
    expect(defineTask({ input })).toEqual({ input, timeoutSeconds: undefined });
    expect(defineTask({ input: mini.string() })).toMatchObject({ timeoutSeconds: undefined });
  });

  it.each([undefined, null, 'string', {}, { type: 'object' }])('refuses %j as the schema', (given) => {
    expect(() => defineTask({ input: given as never })).toThrow(
      new TypeError('input must be a schema of zod 4, for example z.strictObject({ name: z.string() })'),
    );
  });

  it.each(['', 'Resize', '-resize', 'resize_image', 'resize image', 'größe', 'x'.repeat(65), 'resize\n'])(
    'refuses %j as a name and as an alias',
    (name) => {
      const rule = 'must be 1 to 64 characters of a-z, 0-9 and "-", and begin with a letter or a digit';
      expect(() => defineTask({ name, input })).toThrow(
        new TypeError(`name ${JSON.stringify(name)} ${rule}`),
      );
      expect(() => defineTask({ aliases: ['fine', name], input })).toThrow(
        new TypeError(`aliases ${JSON.stringify(name)} ${rule}`),
      );
    },
  );

  it.each(['0s', '901s', '16m', '1.5m', '-1s', '1e2s', '1d', '60', '1w', 'soon'])(
    'refuses %j as the timeout',
    (timeout) => {
      expect(() => defineTask({ input, timeout: timeout as '1s' })).toThrow(
        new RangeError(
          `timeout ${JSON.stringify(timeout)} must be a whole number with a unit s, m, h or d, from 1s to 900s`,
        ),
      );
    },
  );

  it('lets an external task wait up to 30 days', () => {
    expect(defineTask({ input, external: true, timeout: '30d' }).timeoutSeconds).toBe(2_592_000);
    expect(() => defineTask({ input, external: true, timeout: '31d' })).toThrow(
      new RangeError('timeout "31d" must be a whole number with a unit s, m, h or d, from 1s to 30d'),
    );
  });

  it.each(['/hook', 'example.com', 'ftp://example.com/', 'javascript:alert(1)', ''])(
    'refuses %j as the receiver',
    (callbackUrl) => {
      expect(() => defineTask({ input, callbackUrl })).toThrow(
        new TypeError(`callbackUrl ${JSON.stringify(callbackUrl)} must be an absolute https or http URL`),
      );
    },
  );

  it('refuses an unknown callback format', () => {
    expect(() => defineTask({ input, callbackFormat: 'xml' as never })).toThrow(
      new TypeError('callbackFormat "xml" must be one of task, job, beam-v1, beam-v2, standard'),
    );
  });
});
