import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { handler as completeHandler } from '../../lambda/complete-task/handler.ts';
import { type EmbeddedEngines, startEmbeddedEngines } from '../support/embedded-engines.ts';
import { acceptedTask } from '../support/entries.ts';
import { setFunctionEnvironment } from '../support/function-environment.ts';
import { httpEvent, lambdaContext } from '../support/lambda-events.ts';
import { loadSubmitHandler, type SubmitHandler } from '../support/source-handlers.ts';

/** Submit has 10 s on AWS; a machine that is slow and busy must not make these tests fail. */
const LONGEST_CPU_MS = 3_000;
/** Lambda hands on up to 6 MB. */
const LARGEST_ANSWER_BYTES = 1024 * 1024;

const REQUEST_BYTES = 256 * 1024;
const BATCH_BYTES = 1024 * 1024;

let engines: EmbeddedEngines;
let submit: SubmitHandler;
let complete: typeof completeHandler;
const external = acceptedTask({ task_name: 'manual-review', external_until_ms: Date.now() + 86_400_000 });
const figures: object[] = [];

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  const table = await engines.newLedger();
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: (await engines.newQueue()).url,
    CALLBACKS_QUEUE_URL: (await engines.newQueue()).url,
  });
  submit = await loadSubmitHandler();
  ({ handler: complete } = await import('../../lambda/complete-task/handler.ts'));
  await table.ledger.create(external);
});
afterAll(async () => {
  console.table(figures);
  await engines.stop();
});

/** As often as it fits between the two ends. */
function filled(begin: string, piece: (nth: number) => string, end: string, bytes: number): string {
  const pieces: string[] = [];
  for (let left = bytes - begin.length - end.length - 8; left > 0; ) {
    const next = piece(pieces.length);
    pieces.push(next);
    left -= next.length + 1;
  }
  return `${begin}${pieces.slice(0, -1).join(',')}${end}`;
}

const REPORT = '{"task_name":"generate-report","input":';

/** Bodies that cost the most there is to cost, of about so many bytes. */
const BODIES: readonly (readonly [name: string, status: number, body: (bytes: number) => string])[] = [
  ['unknown fields', 400, (bytes) => filled('{"task_name":"sleep",', (n) => `"${n}":0`, '}', bytes)],
  ['rows that are none', 400, (bytes) => filled(`${REPORT}{"rows":[`, () => '0', ']}}', bytes)],
  ['cells of the wrong type', 400, (bytes) => filled(`${REPORT}{"rows":[`, () => '{"":[]}', ']}}', bytes)],
  [
    'one row of many wrong cells',
    400,
    (bytes) => filled(`${REPORT}{"rows":[{`, (n) => `"${n}":[]`, '}]}}', bytes),
  ],
  ['rows that fit', 202, (bytes) => filled(`${REPORT}{"rows":[`, () => '{"a":1}', ']}}', bytes)],
  ['numbers that grow', 413, (bytes) => filled(`${REPORT}{"rows":[`, () => '{"":1e20}', ']}}', bytes)],
  ['one key again and again', 202, (bytes) => filled(`${REPORT}{"rows":[{`, () => '"a":1', '}]}}', bytes)],
  [
    'keys that are numbers',
    202,
    (bytes) => filled(`${REPORT}{"rows":[{`, (n) => `"${n * 4096}":1`, '}]}}', bytes),
  ],
  ['one deep array', 400, (bytes) => `${REPORT}${'['.repeat(bytes / 2 - 40)}${']'.repeat(bytes / 2 - 40)}}`],
  ['an array without an end', 400, (bytes) => '['.repeat(bytes - 1)],
  ['backslashes', 202, (bytes) => `${REPORT}{"csv":"${'\\\\'.repeat(bytes / 2 - 40)}"}}`],
];

async function timed(name: string, answered: () => Promise<unknown>) {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const { statusCode = 0, body = '' } = (await answered()) as APIGatewayProxyStructuredResultV2;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = Math.round((user + system) / 1000);
  figures.push({ body: name, status: statusCode, cpu_ms: cpuMs, answer_bytes: body.length });
  expect(cpuMs, `CPU, of ${Math.round(performance.now() - startedMs)} ms in all`).toBeLessThan(
    LONGEST_CPU_MS,
  );
  expect(body.length).toBeLessThan(LARGEST_ANSWER_BYTES);
  return { statusCode, answer: JSON.parse(body) };
}

describe('the costliest requests of 256 KB', () => {
  it.each(BODIES)('%s', async (name, status, body) => {
    const text = body(REQUEST_BYTES);
    expect(text.length).toBeGreaterThan(REQUEST_BYTES * 0.98);
    const { statusCode } = await timed(name, () =>
      submit(httpEvent('POST /api/tasks', { body: text }), lambdaContext()),
    );
    expect(statusCode).toBe(status);
  });

  it('forms of many fields', async () => {
    // Each field used to be looked for among all of them.
    const form = filled('task_name=sleep&', (n) => `${n.toString(36)}&`, '', REQUEST_BYTES).replaceAll(
      ',',
      '',
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { statusCode } = await timed('a form of many fields', () =>
      submit(httpEvent('POST /api/tasks', { body: form, headers }), lambdaContext()),
    );
    expect(statusCode).toBe(400);
  });

  it('completions', async () => {
    const body = filled('{"status":"completed","result":[', () => '1e20', ']}', REQUEST_BYTES);
    const { statusCode } = await timed('a completion of numbers that grow', () =>
      complete(
        httpEvent('POST /api/tasks/{task_id}/completion', {
          body,
          pathParameters: { task_id: external.task_id },
        }),
        lambdaContext(),
      ),
    );
    expect(statusCode).toBe(413);
  });
});

describe('the costliest batches of 1 MiB', () => {
  it.each(BODIES.filter(([, status]) => status === 400))('one task: %s', async (name, _, body) => {
    // Used to end with 500 for want of stack, or of memory.
    const text = `{"tasks":[${body(BATCH_BYTES - 20)}]}`;
    await timed(`a batch of one: ${name}`, () =>
      submit(httpEvent('POST /api/tasks/batch', { body: text }), lambdaContext()),
    );
  });

  it('four tasks of 256 KB that fit', async () => {
    const task = filled(`${REPORT}{"rows":[`, () => '{"a":1}', ']}}', REQUEST_BYTES - 40);
    const { answer } = await timed('a batch of four: rows that fit', () =>
      submit(
        httpEvent('POST /api/tasks/batch', { body: `{"tasks":[${Array(4).fill(task)}]}` }),
        lambdaContext(),
      ),
    );
    expect(answer.results.map((result: { status: string }) => result.status)).toEqual(
      Array(4).fill('accepted'),
    );
  });

  it('four tasks of 256 KB, each wrong in every cell', async () => {
    const task = filled(`${REPORT}{"rows":[`, () => '{"":[]}', ']}}', REQUEST_BYTES - 40);
    const { statusCode, answer } = await timed('a batch of four: cells of the wrong type', () =>
      submit(
        httpEvent('POST /api/tasks/batch', { body: `{"tasks":[${Array(4).fill(task)}]}` }),
        lambdaContext(),
      ),
    );
    expect(statusCode).toBe(200);
    expect(answer.results.map(({ problem }: { problem: { status: number } }) => problem.status)).toEqual([
      400, 400, 400, 400,
    ]);
  });

  it('a hundred tasks, each with more to be said of it than is said', async () => {
    const task = filled('{"task_name":"sleep",', (n) => `"${'x'.repeat(300)}${n}":0`, '}', 10_000);
    const { answer } = await timed('a batch of a hundred: unknown fields', () =>
      submit(
        httpEvent('POST /api/tasks/batch', { body: `{"tasks":[${Array(100).fill(task)}]}` }),
        lambdaContext(),
      ),
    );
    expect(answer.results).toHaveLength(100);
  });
});

describe('what is told of a body', () => {
  it('that nests too deep is how deep, and how deep it may', async () => {
    const body = `${REPORT}${'['.repeat(64)}${']'.repeat(64)}}`;
    const { statusCode, answer } = await timed('65 levels', () =>
      submit(httpEvent('POST /api/tasks', { body }), lambdaContext()),
    );
    expect(statusCode).toBe(400);
    expect(answer.issues).toEqual([
      {
        path: '',
        message: 'the body nests 65 levels deep; at most 64 are taken. Send it flatter, or as text.',
      },
    ]);
  });

  it('that is wrong in many places is the first twenty, and how many more there are', async () => {
    const body = `{"task_name":"sleep",${Array.from({ length: 100 }, (_, n) => `"f${n}":0`).join(',')}}`;
    const { answer } = await timed('100 unknown fields', () =>
      submit(httpEvent('POST /api/tasks', { body }), lambdaContext()),
    );
    expect(answer.issues).toHaveLength(21);
    expect(answer.issues[0]).toEqual({ path: 'f0', message: 'unknown field' });
    expect(answer.issues.at(-1)).toEqual({ path: '', message: 'and 80 more' });
  });
});
