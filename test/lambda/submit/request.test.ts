import { describe, expect, it } from 'vitest';
import { Problem } from '../../../lambda/http/problem.ts';
import { parseSubmitRequest } from '../../../lambda/submit/request.ts';

const parse = (text: string) => parseSubmitRequest(Buffer.from(text), []);

/** What is answered to a body that is refused. */
function refused(body: string | Buffer): Problem['fields'] {
  try {
    parseSubmitRequest(Buffer.from(body), []);
  } catch (error) {
    if (error instanceof Problem) return error.fields;
    throw error;
  }
  throw new Error('the body was accepted');
}

const sleep = (fields: object) => JSON.stringify({ task_name: 'sleep', input: { seconds: 1 }, ...fields });

const NO_CONTROLS = 'has spaces, control characters or backslashes; percent-encode them';

describe('a request that may be accepted', () => {
  it('names a task, and where its outcome goes', () => {
    expect(
      parse('{"task_name":"sleep","callback_url":"https://example.com/hook","input":{"seconds":1}}'),
    ).toEqual({
      taskName: 'sleep',
      callbackUrl: 'https://example.com/hook',
      callbackFormat: 'task',
      input: { seconds: 1 },
    });
  });

  it('needs neither callback nor input where the task has a use without', () => {
    expect(parse('\uFEFF {"task_name":"generate-report","callback_format":"task"} ')).toEqual({
      taskName: 'generate-report',
      callbackUrl: undefined,
      callbackFormat: 'task',
      input: undefined,
    });
  });
});

describe('a body that is refused', () => {
  it.each(['', '{', 'hello', '{"task_name":"sleep",}', Buffer.from('{"task_name":"\xff"}', 'latin1')])(
    'is %j: not JSON',
    (body) => {
      expect(refused(body)).toEqual({
        status: 400,
        title: 'Bad Request',
        detail: 'The request was not accepted: the body is not JSON in UTF-8',
        issues: [{ path: '', message: 'the body is not JSON in UTF-8' }],
      });
    },
  );

  it.each([
    ['[]', '', 'expected object, received array'],
    ['[{"task_name":"sleep"}]', '', 'expected object, received array'],
    ['null', '', 'expected object, received null'],
    ['"sleep"', '', 'expected object, received string'],
    ['{}', 'task_name', 'expected string, received undefined'],
    [sleep({ task_name: 7 }), 'task_name', 'expected string, received number'],
    [
      sleep({ task_name: 'sleeep' }),
      'task_name',
      expect.stringContaining('there is no task "sleeep"; deployed are: '),
    ],
    [
      sleep({ task_name: '__proto__' }),
      'task_name',
      expect.stringContaining('there is no task "__proto__"; deployed are: '),
    ],
    [sleep({ callback_url: null }), 'callback_url', 'expected string, received null'],
    [sleep({ callback_format: 'xml' }), 'callback_format', 'expected "task"'],
    [sleep({ priority: 1 }), 'priority', 'unknown field'],
    [sleep({ input: undefined }), 'input', 'expected object, received undefined'],
    [sleep({ input: {} }), 'input.seconds', 'expected number, received undefined'],
    [sleep({ input: { seconds: -1 } }), 'input.seconds', 'too small: expected number to be >=0'],
    [sleep({ input: { seconds: 901 } }), 'input.seconds', 'too big: expected number to be <=900'],
    [sleep({ input: { seconds: 1, minutes: 1 } }), 'input.minutes', 'unknown field'],
    [
      sleep({ callback_url: 'example.com' }),
      'callback_url',
      'must be an absolute URL that begins with https:// and names a host',
    ],
    [
      sleep({ callback_url: 'ftp://example.com/' }),
      'callback_url',
      'must be an absolute URL that begins with https:// and names a host',
    ],
    [
      sleep({ callback_url: 'https://alice:secret@example.com/' }),
      'callback_url',
      'must not carry a user name or password; callbacks are authenticated by their signature',
    ],
    [sleep({ callback_url: 'https://example.com/a b' }), 'callback_url', NO_CONTROLS],
    [sleep({ callback_url: 'https://example.com/\n' }), 'callback_url', NO_CONTROLS],
    [
      sleep({ callback_url: `https://example.com/${'x'.repeat(2_029)}` }),
      'callback_url',
      'has 2049 characters; at most 2048 are allowed',
    ],
  ])('is %s: 400 at %j', (body, path, message) => {
    expect(refused(body)).toMatchObject({ status: 400, issues: [{ path, message }] });
  });

  it('is told all that is wrong with it', () => {
    const { detail, issues } = refused(
      sleep({ input: { seconds: '1' }, callback_url: 'http://example.com/' }),
    );

    expect(issues).toEqual([
      { path: 'input.seconds', message: 'expected number, received string' },
      { path: 'callback_url', message: 'must use https' },
    ]);
    expect(detail).toBe(
      'The request was not accepted: input.seconds: expected number, received string; callback_url: must use https',
    );
  });

  it('is over 256 KiB: 413, measured in bytes', () => {
    const fill = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

    expect(refused(fill(262_144)).status).toBe(400);
    expect(refused(fill(262_145))).toEqual({
      status: 413,
      title: 'Content Too Large',
      detail:
        'The body has 262145 bytes; at most 262144 are taken. Store large input elsewhere and send where it is.',
    });
    expect(refused(`"${'ü'.repeat(131_072)}"`).status).toBe(413);
  });
});
