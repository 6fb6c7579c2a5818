import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallbackRequest } from '../../../lambda/callback/post.ts';
import { callbackRequest } from '../../../lambda/callback/request.ts';
import { CALLBACK_FORMATS, type CallbackFormat, FORMAT_WRITERS } from '../../../lambda/contract/formats.ts';
import type { Outcome } from '../../../lambda/ledger/entry.ts';
import { acceptedTask } from '../../support/entries.ts';

const ID = '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PREVIOUS_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

/** 2025-11-24T16:00:05.999Z: when these callbacks are attempted, six seconds after their tasks ended. */
const NOW_MS = 1_764_000_005_999;

const RESULT = '{"city":"Zürich","rows":2,"mean":{"price":1.5},"ok":true,"note":null}';

const OUTCOMES = {
  completed: { status: 'completed', completed_at_ms: 1_764_000_000_000, result: { json: RESULT } },
  failed: {
    status: 'failed',
    completed_at_ms: 1_764_000_000_000,
    error: { type: 'RangeError', message: 'no "rows" & no ‰' },
  },
  timeout: {
    status: 'timeout',
    completed_at_ms: 1_764_000_000_000,
    error: { type: 'TimeoutError', message: 'the work took longer than 60 s' },
  },
  cancelled: {
    status: 'cancelled',
    completed_at_ms: 1_764_000_000_000,
    error: { type: 'Cancelled', message: 'the client cancelled the task' },
  },
} satisfies Record<string, Outcome>;

type Status = keyof typeof OUTCOMES;

function callback(format: CallbackFormat, status: Status, secrets: readonly string[] = [SECRET]) {
  const entry = acceptedTask({
    task_id: ID,
    state: 'delivering',
    callback_format: format,
    outcome: OUTCOMES[status],
  });
  const resultJson = status === 'completed' ? RESULT : undefined;
  return callbackRequest(entry, resultJson, { secrets, apiUrl: 'https://api.example.com', nowMs: NOW_MS });
}

interface Told {
  readonly format: CallbackFormat;
  readonly status: Status;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const TOLD: readonly Told[] = [
  {
    format: 'task',
    status: 'completed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,ONAZJ3Mn/dz/DqfOg3B8pW4pY97vfxh3PhRjZ6MuX58=',
      'x-task-status': 'completed',
      'x-task-signature': 'ff4045082101360acc1735ca9520199c1e5d1c4d36ecdf6db3d31539f467df6a',
    },
    body: `{"status":"completed","task_id":"${ID}","task_name":"sleep","result":{"city":"Zürich","rows":2,"mean":{"price":1.5},"ok":true,"note":null},"completed_at":"2025-11-24T16:00:00.000Z"}`,
  },
  {
    format: 'job',
    status: 'completed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,90M3RcXUtHgYY0Cafi+fsbIDER0jWW3k4H9FdD8IGnI=',
      'x-task-status': 'completed',
      'x-task-signature': '2c6f2e50b68486ec26805191edc80135714e1c30910100e787a7748bdef644fc',
    },
    body: `{"job_id":"${ID}","result_url":"https://api.example.com/api/tasks/${ID}/result","timestamp":"2025-11-24T16:00:00.000Z","status":"completed"}`,
  },
  {
    format: 'beam-v1',
    status: 'completed',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,Bt3ngZkkCeWFFqgvgL/ZMznKiu19HhHIAflKUMPo/wk=',
      'x-task-status': 'COMPLETE',
      'x-task-signature': '3f8f2fbabaf0523c7eae268caab0b56617ed62d4f2256b9b0330f74391072774',
      'beam-task-id': ID,
      'x-beam-task-status': 'COMPLETE',
    },
    body: 'city=Z%C3%BCrich&rows=2&mean=%7B%22price%22%3A1.5%7D&ok=true&note=null',
  },
  {
    format: 'beam-v2',
    status: 'completed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,9a3p5yOfRDEyBiY924osY14p7ceuoXuZiBdvB3dZNjI=',
      'x-task-status': 'COMPLETE',
      'x-task-signature': '3a69771ae6651969e2e217d43357d1c26f1752565ff4d24a2c8fb37d0f4a79d4',
    },
    body: '{"data":{"city":"Zürich","rows":2,"mean":{"price":1.5},"ok":true,"note":null}}',
  },
  {
    format: 'standard',
    status: 'completed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,K+8r1AEH/jmoR5oeOpJk74e/J324huSNaJ9jyEZIBKE=',
      'x-task-status': 'completed',
      'x-task-signature': '1095b262a512995f32082e34c1324bbaa1a74e6bb3206b0584f89ab4929f25fc',
    },
    body: `{"type":"task.completed","timestamp":"2025-11-24T16:00:00.000Z","data":{"task_id":"${ID}","task_name":"sleep","result":{"city":"Zürich","rows":2,"mean":{"price":1.5},"ok":true,"note":null}}}`,
  },
  {
    format: 'task',
    status: 'failed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,4z3s+RGu77aaMEYqfC1HMudmNqYH4erml+JjfYdiZ9U=',
      'x-task-status': 'failed',
      'x-task-signature': '57e79df2760ef782a441a04e6b6c0d226272414458bb3a1edb2979a360b8212d',
    },
    body: `{"status":"failed","task_id":"${ID}","task_name":"sleep","error":{"type":"RangeError","message":"no \\"rows\\" & no ‰"},"completed_at":"2025-11-24T16:00:00.000Z"}`,
  },
  {
    format: 'job',
    status: 'failed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,a1nifeifSRt5nrZVABu0X3zqpH03WmYPct05KTGHeF0=',
      'x-task-status': 'failed',
      'x-task-signature': '38d74bf477515fd01287bc5d011910cc01a7b43feda5f0fee19becd35abe45b7',
    },
    body: `{"job_id":"${ID}","error":"no \\"rows\\" & no ‰","timestamp":"2025-11-24T16:00:00.000Z","status":"failed"}`,
  },
  {
    format: 'beam-v1',
    status: 'failed',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,mQWH8c/6omXKMUXKPwm41MZie8ovZsmpy9fwvUdl31I=',
      'x-task-status': 'FAILED',
      'x-task-signature': '1a989c4ede11b3070efcc6001f856a01e7b998c7b69862d01e910d93796bdeb6',
      'beam-task-id': ID,
      'x-beam-task-status': 'FAILED',
    },
    body: 'error=no+%22rows%22+%26+no+%E2%80%B0',
  },
  {
    format: 'beam-v2',
    status: 'failed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,3fnc87JdiFeF5q7g+DOQXqZnVeGmyz0GNM72O3Y+2kg=',
      'x-task-status': 'FAILED',
      'x-task-signature': '596220eb050c3d7b63f246514c1f840a57170a622277f638df921e10d528f69a',
    },
    body: '{"data":{"error":"no \\"rows\\" & no ‰"}}',
  },
  {
    format: 'standard',
    status: 'failed',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,CKyCz78NwujbVxN+/oEYO33M9BYqv1IWgfFOlyu++fk=',
      'x-task-status': 'failed',
      'x-task-signature': '26facc3a097b05855633aa1bb2220845103756fd15fcd3b174d8d7ca2f9ab880',
    },
    body: `{"type":"task.failed","timestamp":"2025-11-24T16:00:00.000Z","data":{"task_id":"${ID}","task_name":"sleep","error":{"type":"RangeError","message":"no \\"rows\\" & no ‰"}}}`,
  },
  {
    format: 'task',
    status: 'timeout',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,WxTZbYHTK6LxMKEJ+FXT6C2JBi1k5eqo9HeRDDUJLP4=',
      'x-task-status': 'timeout',
      'x-task-signature': '7e243d9ced91861f08a2d41b4f824bac886eea4b45af4cbd70f0d85df0a47717',
    },
    body: `{"status":"timeout","task_id":"${ID}","task_name":"sleep","error":{"type":"TimeoutError","message":"the work took longer than 60 s"},"completed_at":"2025-11-24T16:00:00.000Z"}`,
  },
  {
    format: 'job',
    status: 'timeout',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,glIuB/xIZxuAcBzP3fs7LZJx1h+TnkC2Cq719lcvM/M=',
      'x-task-status': 'failed',
      'x-task-signature': '929e00886c75922ee61d35a293bb19d3d93a9652ac9533ee334d852dafce963f',
    },
    body: `{"job_id":"${ID}","error":"the work took longer than 60 s","timestamp":"2025-11-24T16:00:00.000Z","status":"failed"}`,
  },
  {
    format: 'beam-v1',
    status: 'timeout',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,w0pGOvpdzKpZ6Nr2jPeYVwhEy7zNERi0KeDt6PvQhS4=',
      'x-task-status': 'TIMEOUT',
      'x-task-signature': '05def9ee51c210b400ede5e4db0c0c2b52408976fb71e05242447c7d83b8389a',
      'beam-task-id': ID,
      'x-beam-task-status': 'TIMEOUT',
    },
    body: 'error=the+work+took+longer+than+60+s',
  },
  {
    format: 'beam-v2',
    status: 'timeout',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,z7oS4iKko3IH/cnVgrPcON+vE6kNDXCX2KwOI0wfiuQ=',
      'x-task-status': 'TIMEOUT',
      'x-task-signature': '01c03ddcbad166be4e6748c03eb9c4f6d334f0889369c2eb8a1e5671a8d32fec',
    },
    body: '{"data":{"error":"the work took longer than 60 s"}}',
  },
  {
    format: 'standard',
    status: 'timeout',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,5tjUhRaOLw/haSuXRJCu7QZ1xtrKIHh/piOANcp6RFE=',
      'x-task-status': 'timeout',
      'x-task-signature': 'b1cab6ec102fe7ec1995cbdfff175966824ce559c101ea914e94a69e0430dbeb',
    },
    body: `{"type":"task.timeout","timestamp":"2025-11-24T16:00:00.000Z","data":{"task_id":"${ID}","task_name":"sleep","error":{"type":"TimeoutError","message":"the work took longer than 60 s"}}}`,
  },
  {
    format: 'task',
    status: 'cancelled',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,vp9YZpllwACWO+VWEJNrx2Uko0Eq63s7fLwQvNBUWRw=',
      'x-task-status': 'cancelled',
      'x-task-signature': 'ff9510fa1743989f7cfff68f5bfd2c0ff3696fe95de55f86f33017753d8928fa',
    },
    body: `{"status":"cancelled","task_id":"${ID}","task_name":"sleep","error":{"type":"Cancelled","message":"the client cancelled the task"},"completed_at":"2025-11-24T16:00:00.000Z"}`,
  },
  {
    format: 'job',
    status: 'cancelled',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,Nw3FFUEnCh7Ztvz1xUNlqnzVJiJFyrqJKk+vhMhl/50=',
      'x-task-status': 'failed',
      'x-task-signature': '947596d663650fbf9399ebacd455733028cb3a02cb405c07e43e5f17bf64e86e',
    },
    body: `{"job_id":"${ID}","error":"the client cancelled the task","timestamp":"2025-11-24T16:00:00.000Z","status":"failed"}`,
  },
  {
    format: 'beam-v1',
    status: 'cancelled',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'webhook-signature': 'v1,OXoS4/Omfuab0otqF+xSDosTO1MhUQygpKtMeWbMfVo=',
      'x-task-status': 'FAILED',
      'x-task-signature': '486e9c87030bf8b56ab09f398081c254e278eee9512e38e06e0ea12005f9fb5e',
      'beam-task-id': ID,
      'x-beam-task-status': 'FAILED',
    },
    body: 'error=the+client+cancelled+the+task',
  },
  {
    format: 'beam-v2',
    status: 'cancelled',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,FLUhDzS8/PvTqAWy1vr9+wJAv0GY27ZpBwL5CJBL8Rg=',
      'x-task-status': 'CANCELLED',
      'x-task-signature': '7ef9a08e3cdab79526a9a722ec94670d1a5ee3a9d4aa549a45a6cdb7d9ce2a20',
    },
    body: '{"data":{"error":"the client cancelled the task"}}',
  },
  {
    format: 'standard',
    status: 'cancelled',
    headers: {
      'content-type': 'application/json',
      'webhook-signature': 'v1,NQwarQe/nHdfz1+HasbJ7DTwNVQxMAEbOR8rAvBJdz4=',
      'x-task-status': 'cancelled',
      'x-task-signature': '3662e28e1320201a8c5a2a3cd665ab9b46c97c5aa61f95e5f46c108a597b037b',
    },
    body: `{"type":"task.cancelled","timestamp":"2025-11-24T16:00:00.000Z","data":{"task_id":"${ID}","task_name":"sleep","error":{"type":"Cancelled","message":"the client cancelled the task"}}}`,
  },
];

const EVERY_CALLBACK = TOLD.map(({ format, status }) => [format, status] as const);

describe('the callback of each format for each outcome', () => {
  it('is looked at for all of them', () => {
    expect(TOLD).toHaveLength(CALLBACK_FORMATS.length * Object.keys(OUTCOMES).length);
  });

  it.each(TOLD)('$format, $status: has exactly these headers and this body', (told) => {
    expect(callback(told.format, told.status)).toStrictEqual({
      url: 'https://receiver.example/hook?key=1',
      headers: {
        'user-agent': 'callback-completion/0.1.0',
        'webhook-id': ID,
        'webhook-timestamp': '1764000005',
        'x-task-id': ID,
        'x-task-timestamp': '1764000005',
        ...told.headers,
      },
      body: told.body,
    });
  });
});

describe('a receiver with the official library of Standard Webhooks', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW_MS, toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  const verify = (secret: string, { headers, body }: CallbackRequest) =>
    new Webhook(secret).verify(body, headers, { jsonParse: false });

  it.each(EVERY_CALLBACK)('accepts a callback of format %s, %s', (format, status) => {
    expect(() => verify(SECRET, callback(format, status))).not.toThrow();
  });

  it.each(CALLBACK_FORMATS)('accepts format %s with either secret while one follows the other', (format) => {
    const request = callback(format, 'completed', [SECRET, PREVIOUS_SECRET]);

    expect(() => verify(SECRET, request)).not.toThrow();
    expect(() => verify(PREVIOUS_SECRET, request)).not.toThrow();
  });

  it.each(CALLBACK_FORMATS)('refuses format %s when it was tampered with', (format) => {
    const { headers, body, url } = callback(format, 'failed');
    const tampered = (changed: Record<string, string>, text = body) => ({
      url,
      headers: { ...headers, ...changed },
      body: text,
    });

    expect(() => verify(SECRET, tampered({}, `${body} `))).toThrow('No matching signature found');
    expect(() => verify(SECRET, tampered({ 'webhook-id': 'another' }))).toThrow(
      'No matching signature found',
    );
    expect(() => verify(SECRET, tampered({ 'webhook-timestamp': '1764000006' }))).toThrow(
      'No matching signature found',
    );
    expect(() => verify(PREVIOUS_SECRET, tampered({}))).toThrow('No matching signature found');
  });
});

describe("a receiver with the check of Beam's users", () => {
  /** Written from Beam's description: HMAC-SHA256, keyed with the secret, of the base64 of the body, ":" and the time. */
  function isBeams(secret: string, { headers, body }: CallbackRequest): boolean {
    const payload = [
      btoa(String.fromCharCode(...new TextEncoder().encode(body))),
      headers['x-task-timestamp'],
    ];
    const expected = createHmac('sha256', secret).update(payload.join(':')).digest('hex');
    return expected === headers['x-task-signature'];
  }

  it.each(EVERY_CALLBACK)('accepts a callback of format %s, %s', (format, status) => {
    expect(isBeams(SECRET, callback(format, status))).toBe(true);
  });

  it('refuses another body, another time and another secret', () => {
    const request = callback('beam-v2', 'completed');

    expect(isBeams(SECRET, { ...request, body: '{"data":1}' })).toBe(false);
    expect(
      isBeams(SECRET, { ...request, headers: { ...request.headers, 'x-task-timestamp': '1764000006' } }),
    ).toBe(false);
    expect(isBeams(PREVIOUS_SECRET, request)).toBe(false);
  });

  it('needs the current secret while two are live', () => {
    const request = callback('beam-v2', 'completed', [SECRET, PREVIOUS_SECRET]);

    expect(isBeams(SECRET, request)).toBe(true);
    expect(isBeams(PREVIOUS_SECRET, request)).toBe(false);
  });
});

/** The body that tells of a task with this result. */
function bodyOf(format: CallbackFormat, resultJson: string): string {
  return FORMAT_WRITERS[format]({
    task_id: ID,
    task_name: 'sleep',
    outcome: { status: 'completed', completed_at_ms: 1_764_000_000_000 },
    resultJson,
    resultUrl: `https://api.example.com/api/tasks/${ID}/result`,
  }).body;
}

describe('the format job', () => {
  it.each([
    ['{"result_url":"https://cdn.example/report.pdf","pages":3}', 'https://cdn.example/report.pdf'],
    ['{"result_url":null}', `https://api.example.com/api/tasks/${ID}/result`],
    ['{"result_url":{"href":"x"}}', `https://api.example.com/api/tasks/${ID}/result`],
    ['["result_url"]', `https://api.example.com/api/tasks/${ID}/result`],
    ['"result_url"', `https://api.example.com/api/tasks/${ID}/result`],
    ['null', `https://api.example.com/api/tasks/${ID}/result`],
  ])('tells of the result %s that it is at %s', (resultJson, resultUrl) => {
    expect(JSON.parse(bodyOf('job', resultJson))).toMatchObject({ result_url: resultUrl });
  });
});

describe('the format beam-v1', () => {
  it.each([
    ['"two words"', 'response=two+words'],
    ['42', 'response=42'],
    ['true', 'response=true'],
    ['null', 'response=null'],
    ['[1,"a"]', 'response=%5B1%2C%22a%22%5D'],
    ['{}', ''],
    ['{"list":[1,2],"text":"a=b&c","empty":""}', 'list=%5B1%2C2%5D&text=a%3Db%26c&empty='],
    ['{"__proto__":1,"response":"own"}', '__proto__=1&response=own'],
  ])('writes the result %s as %j', (resultJson, body) => {
    expect(bodyOf('beam-v1', resultJson)).toBe(body);
  });
});

it.each([
  ['task', '"result":null,'],
  ['beam-v2', '{"data":null}'],
  ['standard', '"result":null}'],
] as const)('the format %s keeps a null result apart from a missing one', (format, part) => {
  expect(bodyOf(format, 'null')).toContain(part);
});
