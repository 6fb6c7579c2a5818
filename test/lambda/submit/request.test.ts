import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Problem } from '../../../lambda/http/problem.ts';
import { parseSubmission, parseSubmitRequest } from '../../../lambda/submit/request.ts';
import { defineTask } from '../../../lambda/task/define-task.ts';
import { deployedTasks } from '../../../lambda/task/deployed-tasks.ts';
import { PUBLIC_ONLY } from '../../support/callback-rules.ts';
import { SAMPLE_MODULES } from '../../support/sample-tasks.ts';

/** A task that says where and how its outcome is told. */
const told = defineTask({
  input: z.unknown(),
  callbackUrl: 'https://told.example/hook',
  callbackFormat: 'beam-v2',
});

const tasks = deployedTasks([
  ...Object.entries(SAMPLE_MODULES).map(([name, { definition }]) => [name, definition] as const),
  ['told', told],
]);

const RULES = { tasks, callbacks: PUBLIC_ONLY, callbackFormat: 'task' } as const;

const parse = (text: string, contentType?: string) =>
  parseSubmitRequest(Buffer.from(text), RULES, contentType);

/** What is answered to a body that is refused. */
function refused(body: string | Buffer, contentType?: string): Problem['fields'] {
  try {
    parseSubmitRequest(Buffer.from(body), RULES, contentType);
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

describe('how the outcome is told', () => {
  it.each([
    ['the request says so', { task_name: 'told', callback_format: 'standard' }, 'standard'],
    ['the definition says so', { task_name: 'told' }, 'beam-v2'],
    ['the deployment says so', { task_name: 'generate-report' }, 'job'],
  ])('%s', (_why, value, callbackFormat) => {
    expect(parseSubmission(value, { ...RULES, callbackFormat: 'job' })).toMatchObject({ callbackFormat });
  });

  it.each([
    [{ task_name: 'told', callback_url: 'https://example.com/mine' }, 'https://example.com/mine'],
    [{ task_name: 'told' }, 'https://told.example/hook'],
  ])('%j: at %s', (value, callbackUrl) => {
    expect(parseSubmission(value, RULES)).toMatchObject({ callbackUrl });
  });
});

describe('where the outcome may be told', () => {
  const rules = { ...PUBLIC_ONLY, allowedHosts: ['hooks.example.com', '*.example.org'] };
  const issuesOf = (value: unknown) => {
    try {
      parseSubmission(value, { ...RULES, callbacks: rules });
      return [];
    } catch (error) {
      return (error as Problem).fields.issues;
    }
  };

  it.each(['https://hooks.example.com/x', 'https://eu.example.org/x'])('%s', (callback_url) => {
    expect(issuesOf({ task_name: 'told', callback_url })).toEqual([]);
  });

  it.each([
    ['of the request', { task_name: 'told', callback_url: 'https://evil.example/x' }, 'evil.example'],
    ["of the task's definition", { task_name: 'told' }, 'told.example'],
  ])('and nowhere else: the URL %s is refused, and told which are allowed', (_whose, value, host) => {
    expect(issuesOf(value)).toEqual([
      {
        path: 'callback_url',
        message: `names the host ${host}, which is not among those that this deployment allows`,
      },
    ]);
  });
});

describe('a task that is put off', () => {
  it.each([1, 60, 2_592_000])('waits %d s', (delay_seconds) => {
    expect(parse(sleep({ delay_seconds }))).toMatchObject({ delaySeconds: delay_seconds });
  });

  it('by 0 s is not put off, and is the same request as one that does not say', () => {
    expect(parse(sleep({ delay_seconds: 0 }))).toStrictEqual(parse(sleep({})));
    expect(parse(sleep({}))).not.toHaveProperty('delaySeconds');
  });
});

describe('a form', () => {
  const FORM = 'application/x-www-form-urlencoded';

  it("has the request's own fields, and all others are input", () => {
    expect(
      parse(
        'task_name=generate-report&callback_url=https%3A%2F%2Fexample.com%2Fhook&callback_format=job&delay_seconds=60&csv=a%2Cb%0A1%2C2',
        FORM,
      ),
    ).toStrictEqual({
      taskName: 'generate-report',
      callbackUrl: 'https://example.com/hook',
      callbackFormat: 'job',
      delaySeconds: 60,
      input: { csv: 'a,b\n1,2' },
    });
  });

  it('may repeat a field of the input, which becomes a list', () => {
    expect(parse('task_name=told&tag=a&tag=b+c&name=Z%C3%BCrich', `${FORM}; charset=UTF-8`)).toMatchObject({
      input: { tag: ['a', 'b c'], name: 'Zürich' },
    });
  });

  it('may have no input', () => {
    expect(parse('task_name=told', FORM)).toMatchObject({ taskName: 'told', input: undefined });
  });

  it('has no field that could reach into the code', () => {
    const { input } = parse('task_name=told&__proto__=x', FORM);

    expect(Object.entries(input as object)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
  });

  it.each(['{"task_name":"told"}', ' \n{"task_name":"told"}'])(
    'is none where the body is JSON, as curl -d sends it: %j',
    (body) => {
      expect(parse(body, FORM)).toMatchObject({ taskName: 'told' });
    },
  );

  it.each([
    ['', 'task_name', 'is missing; expected string'],
    ['callback_url=https%3A%2F%2Fexample.com', 'task_name', 'is missing; expected string'],
    ['task_name=told&task_name=sleep', 'task_name', 'expected string, received array'],
    ['task_name=told&delay_seconds=soon', 'delay_seconds', 'expected number, received string'],
    ['task_name=told&delay_seconds=2592001', 'delay_seconds', 'too big: expected number to be <=2592000'],
    ['task_name=sleep&seconds=1', 'input.seconds', 'expected number, received string'],
  ])('%j is refused: 400 at %s', (body, path, message) => {
    expect(refused(body, FORM)).toMatchObject({ status: 400, issues: [{ path, message }] });
  });

  it('over 256 KiB is refused', () => {
    expect(refused(`task_name=told&x=${'y'.repeat(262_128)}`, FORM).status).toBe(413);
  });

  it('with files is refused, and told what to do instead', () => {
    expect(refused('--x\r\n', 'Multipart/Form-Data; boundary=x')).toEqual({
      status: 415,
      title: 'Unsupported Media Type',
      detail:
        'Files are not taken: multipart/form-data was sent. Upload the file elsewhere, for example to S3 with a presigned URL, and send its URL in the input, as JSON or as application/x-www-form-urlencoded.',
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
    ['{}', 'task_name', 'is missing; expected string'],
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
    [
      sleep({ callback_format: 'xml' }),
      'callback_format',
      'invalid option: expected one of "task"|"job"|"beam-v1"|"beam-v2"|"standard"',
    ],
    [sleep({ delay_seconds: '60' }), 'delay_seconds', 'expected number, received string'],
    [sleep({ delay_seconds: 1.5 }), 'delay_seconds', 'expected int, received number'],
    [sleep({ delay_seconds: -1 }), 'delay_seconds', 'too small: expected number to be >=0'],
    [sleep({ delay_seconds: 2_592_001 }), 'delay_seconds', 'too big: expected number to be <=2592000'],
    [sleep({ priority: 1 }), 'priority', 'unknown field'],
    [sleep({ input: undefined }), 'input', 'is missing; expected object'],
    [sleep({ input: {} }), 'input.seconds', 'is missing; expected number'],
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
