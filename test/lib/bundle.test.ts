import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT } from '../../lambda/environment.ts';
import { bundle } from '../../lib/bundle.ts';

const LAMBDA_FOLDER = join(import.meta.dirname, '..', '..', 'lambda');
const outputs = mkdtempSync(join(tmpdir(), 'bundles-'));
afterAll(() => rmSync(outputs, { recursive: true, force: true }));

function bundled(folder: string, ...besides: string[]): string {
  const output = mkdtempSync(join(outputs, `${folder}-`));
  bundle(join(LAMBDA_FOLDER, folder), output, besides);
  return output;
}

/**
 * Loads the bundle in a Node of its own, as Lambda would, invokes it with an event that is not its own while
 * AWS refuses its calls, and tells what the handler is, and which parts of Node were loaded that no function
 * uses: its fetch (undici) and web streams, each some milliseconds of a cold start.
 */
function load(folder: string): { handler: string; unused: string[] } {
  const program = `
    const refusal = '{"__type":"com.amazonaws.any#AccessDeniedException"}';
    const aws = require('node:http').createServer((request, response) => response.writeHead(400).end(refusal));
    aws.listen(0, '127.0.0.1', () => {
      process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:' + aws.address().port;
      ask(require(${JSON.stringify(join(folder, 'index.js'))}).handler);
    });
    const ask = (handler) => {
    const done = () => {
      const unused = process.moduleLoadList.filter((module) => /undici|webstreams/.test(module));
      process.stdout.write('\\n' + JSON.stringify({ handler: typeof handler, unused }));
      process.exit(0);
    };
    const context = { getRemainingTimeInMillis: () => 10000, awsRequestId: 'request', functionName: 'function' };
    Promise.resolve().then(() => handler(${JSON.stringify(EVENT)}, context)).then(done, done);
    };`;
  const output = execFileSync(process.execPath, ['-e', program], {
    encoding: 'utf8',
    env: DEPLOYED,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 15_000,
  });
  return JSON.parse(output.split('\n').at(-1) ?? '');
}

const TASK_ID = '6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55';
/** Looks enough like a request and like a batch of messages for any handler to go as far as an AWS call. */
const EVENT = {
  version: '2.0',
  routeKey: 'GET /api/tasks/{task_id}',
  rawPath: `/api/tasks/${TASK_ID}`,
  headers: { 'content-type': 'application/json' },
  pathParameters: { task_id: TASK_ID },
  identitySource: [`Bearer cck_0123456789abcdef_${'s'.repeat(43)}`],
  requestContext: {
    http: { method: 'GET', path: `/api/tasks/${TASK_ID}` },
    authorizer: { iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/test' } },
  },
  body: '{"task_name":"generate-report"}',
  isBase64Encoded: false,
  Records: [
    {
      messageId: 'one',
      receiptHandle: 'handle',
      body: JSON.stringify({ v: 1, task_id: TASK_ID, generation: 0 }),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1700000000000' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
    },
  ],
};

const NOBODY_LISTENS = 'http://127.0.0.1:1';
const DEPLOYED = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL: NOBODY_LISTENS,
  ...Object.fromEntries(Object.values(ENVIRONMENT).map((name) => [name, '1'])),
  [ENVIRONMENT.tasksQueueUrl]: `${NOBODY_LISTENS}/000000000000/tasks`,
  [ENVIRONMENT.callbacksQueueUrl]: `${NOBODY_LISTENS}/000000000000/callbacks`,
  [ENVIRONMENT.deadLetterQueueUrl]: `${NOBODY_LISTENS}/000000000000/dead-letters`,
  [ENVIRONMENT.apiUrl]: 'https://api.example.com',
  [ENVIRONMENT.callbackFormat]: 'task',
  [ENVIRONMENT.auth]: 'iam',
  [ENVIRONMENT.allowedCallbackCidrs]: '127.0.0.0/8',
  [ENVIRONMENT.allowedCallbackHosts]: '*',
};

describe.each(['submit', 'run', 'deliver', 'wake', 'task-status', 'authorize'])(
  'the bundle of %s',
  (folder) => {
    const output = bundled(folder, ...(folder === 'run' ? ['task-process.ts'] : []));
    const code = readFileSync(join(output, 'index.js'), 'utf8');

    test('is CommonJS wherever it lies, and exports the handler', () => {
      expect(JSON.parse(readFileSync(join(output, 'package.json'), 'utf8'))).toEqual({ type: 'commonjs' });
      expect(load(output).handler).toBe('function');
    });

    test("never loads Node's fetch and web streams, not even for an AWS call", () => {
      expect(load(output).unused).toEqual([]);
    });

    test('is ASCII: V8 would keep and parse every character of it as two bytes for a single one beyond Latin 1', () => {
      expect(code).toMatch(/^[\0-\x7f]*$/);
    });

    test('imports nothing at run time', () => {
      expect(code).not.toMatch(/\bimport\(/);
    });

    test('has no credential provider but the environment', () => {
      expect(code).toContain('AWS_ACCESS_KEY_ID');
      expect(code).not.toMatch(/credential_process|sso_session|AWS_CONTAINER_CREDENTIALS/);
    });

    test('is the same for the same sources, so that an unchanged function is not deployed again', () => {
      const again = bundled(folder, ...(folder === 'run' ? ['task-process.ts'] : []));

      expect(readFileSync(join(again, 'index.js'), 'utf8')).toBe(code);
    });
  },
);

/** Each limit is up to 2 KiB above the measured size, so that growth is noticed. */
test.each([
  ['submit', 240],
  ['run', 228],
  ['deliver', 226],
  ['wake', 194],
  ['task-status', 206],
  ['complete-task', 223],
  ['authorize', 168],
])('the bundle of %s is not larger than %i KiB', (folder, limitKib) => {
  expect(readFileSync(join(bundled(folder), 'index.js')).byteLength / 1_024).toBeLessThanOrEqual(limitKib);
});

test("run's asset holds the process of the work beside the handler", () => {
  expect(readdirSync(bundled('run', 'task-process.ts')).sort()).toEqual([
    'index.js',
    'package.json',
    'task-process.js',
  ]);
});
