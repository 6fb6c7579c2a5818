import fc from 'fast-check';

/**
 * What hostile clients send, as fast-check draws it: near what is allowed, and far from it. Texts are drawn as JSON
 * and not as values, since much of what is odd about JSON is gone once it is parsed.
 */

/** Strings that have broken something somewhere. */
const ODD_STRINGS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'sleep\n{"level":"INFO"}',
  '\u0000',
  '\ud800',
  '\u2028\u202e',
  '../../etc/passwd',
  '%{jndi:ldap://x}',
  "'; DROP TABLE tasks; --",
  '😀'.repeat(40),
  'x'.repeat(3_000),
];

/** Numbers as JSON may write them. */
const NUMBERS = ['0', '-0', '1', '1e999', '-1e999', '1e-400', '9007199254740993', '0.1', '900', '1E+2'];

const escaped = (text: string) => JSON.stringify(text);

const oddString = fc.oneof(fc.constantFrom(...ODD_STRINGS), fc.string({ unit: 'binary', maxLength: 12 }));

const key = fc.oneof(
  fc.constantFrom('a', 'rows', 'csv', 'seconds', 'subject', 'times', 'message'),
  oddString,
);

/** Any JSON, also such as says one key twice or nests deep. */
export const anyJson: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', ...NUMBERS),
    oddString.map(escaped),
    fc.constantFrom('"\\ud800"', '"\\u0000"', '"\\/"', `${'['.repeat(70)}${']'.repeat(70)}`),
    fc.array(tie('tree'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(key, tie('tree')), { maxLength: 4 })
      .map((fields) => `{${fields.map(([name, value]) => `${escaped(name)}:${value}`).join(',')}}`),
  ),
})).tree;

/** Of twenty values nineteen are those that are meant. */
const mostly = (meant: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 19, arbitrary: meant }, { weight: 1, arbitrary: anyJson });

const input = fc.oneof(
  fc.constantFrom('{"seconds":1}', '{"csv":"a\\n1"}', '{"rows":[{"a":1}]}', '{"subject":"x"}', '{"times":2}'),
  anyJson.map((cell) => `{"rows":[{"a":${cell}}]}`),
  anyJson,
);

const url = fc.oneof(
  fc.constantFrom(
    'http://127.0.0.1:9/hook',
    'https://example.com/hook',
    'http://169.254.169.254/latest',
    'https://user:pass@example.com/',
    'javascript:alert(1)',
    'https://[::1]/',
    'https://example.com:22/',
  ),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  oddString.map((text) => `https://${text}/`),
);

/** The fields of a request, each with its JSON; `__proto__` and strangers among them. */
const submissionFields = {
  task_name: mostly(
    fc.constantFrom(
      '"sleep"',
      '"generate-report"',
      '"fail"',
      '"manual-review"',
      '"__proto__"',
      '"constructor"',
    ),
  ),
  input: mostly(input),
  callback_url: mostly(url.map(escaped)),
  callback_format: mostly(fc.constantFrom('"task"', '"job"', '"beam-v1"', '"beam-v2"', '"standard"')),
  delay_seconds: mostly(fc.constantFrom('0', '3', '901', '2592000', '-1', '1e999', '0.5')),
  idempotency_key: mostly(fc.constantFrom('"order-1"', '"order-2"', '""', '"\\n"')),
  ['__proto__']: anyJson,
  constructor: anyJson,
};

/** @param always the fields that mostly are there; the others seldom are */
function objectOf(fields: Readonly<Record<string, fc.Arbitrary<string>>>, always: readonly string[]) {
  const drawn = Object.entries(fields).map(([name, value]) =>
    fc
      .tuple(fc.nat(9), value)
      .map(([chance, json]) =>
        chance < (always.includes(name) ? 9 : 2) ? `${escaped(name)}:${json}` : undefined,
      ),
  );
  return fc.tuple(...drawn).map((present) => `{${present.filter((field) => field !== undefined).join(',')}}`);
}

/** A task and an input that fits it: of such requests most are accepted. */
const fitting = fc
  .tuple(
    fc.constantFrom(
      '"task_name":"sleep","input":{"seconds":0}',
      '"task_name":"generate-report"',
      '"task_name":"fail","input":{"times":2}',
      '"task_name":"manual-review","input":{"subject":"x"}',
    ),
    oddString.map((text) => `"task_name":"generate-report","input":{"csv":${escaped(text)}}`),
    fc.constantFrom(
      '',
      ',"callback_url":"http://127.0.0.1:9/hook"',
      ',"callback_format":"job","delay_seconds":901',
    ),
    fc.boolean(),
  )
  .map(([plain, odd, more, isOdd]) => `{${isOdd ? odd : plain}${more}}`);

export const submission = fc.oneof(
  { weight: 5, arbitrary: objectOf(submissionFields, ['task_name', 'input']) },
  { weight: 1, arbitrary: fitting },
);

export const batch = fc.oneof(
  fc.array(submission, { maxLength: 6 }).map((tasks) => `{"tasks":[${tasks.join(',')}]}`),
  fc.array(anyJson, { maxLength: 6 }).map((tasks) => `{"tasks":[${tasks.join(',')}]}`),
  fc.constant(`{"tasks":[${Array(101).fill('{}').join(',')}]}`),
  anyJson,
);

export const completion = fc.oneof(
  objectOf(
    {
      status: mostly(fc.constantFrom('"completed"', '"failed"', '"cancelled"')),
      result: anyJson,
      error: mostly(fc.constantFrom('"broken"', '{"message":"broken"}', '{"type":"E","message":"\\ud800"}')),
    },
    ['status', 'error'],
  ),
  anyJson,
);

/** A form, well made or not. */
export const form = fc
  .array(
    fc.tuple(
      fc.constantFrom('task_name', 'callback_url', 'delay_seconds', 'csv', '__proto__', '%ff', 'x[y]'),
      oddString,
    ),
    { maxLength: 6 },
  )
  .map((fields) =>
    fields.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&'),
  );

/** The bytes with some of them changed, cut out, doubled or put in. */
export function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const change = fc.tuple(
    fc.nat(3),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.uint8Array({ maxLength: 4 }),
  );
  return fc.tuple(texts, fc.array(change, { minLength: 1, maxLength: 6 })).map(([text, changes]) => {
    let bytes = Buffer.from(text);
    for (const [kind, where, put] of changes) {
      const at = Math.floor(where * bytes.length);
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      if (kind === 0) bytes = Buffer.concat([before, put, after.subarray(put.length)]);
      else if (kind === 1) bytes = Buffer.concat([before, after.subarray(put.length)]);
      else if (kind === 2) bytes = Buffer.concat([before, put, after]);
      else bytes = Buffer.concat([before, after, after]);
    }
    return bytes;
  });
}

export const headers: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'idempotency-key',
    'user-agent',
    'authorization',
    'x-api-client',
    'content-encoding',
    '__proto__',
  ),
  fc.oneof(
    fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ),
    fc.constantFrom('order-1', 'order-2', 'gzip', '; charset=utf-7', 'Bearer cck_0'),
    oddString,
  ),
  { maxKeys: 3 },
);

/** What a path can carry in place of a task's id. */
export function taskIds(known: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(...known, ...known.map((id) => id.toUpperCase())),
    fc.uuid(),
    fc.constantFrom('-'.repeat(36), '../entry', 'task#', `${known[0]}\n`, `${known[0]}/result`, '%2e%2e%2f'),
    oddString,
  );
}
