import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SETTING_VARIABLES } from '../../../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../../../lambda/contract/variables.ts';
import { buildFunctions } from '../../../lib/build/build-functions.ts';
import { FUNCTIONS } from '../../../lib/build/prebuilt.ts';
import { appFolder, greetTask, writeFiles } from '../../support/app-folder.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
const outputs = mkdtempSync(join(tmpdir(), 'functions-'));
afterAll(() => rmSync(outputs, { recursive: true, force: true }));

async function built(taskFolders: readonly string[], local = false): Promise<string> {
  const outputFolder = mkdtempSync(join(outputs, 'built-'));
  await buildFunctions({
    taskFolders,
    nodeModules: [],
    appFolder: REPOSITORY,
    architecture: 'arm64',
    outputFolder,
    local,
  });
  return outputFolder;
}

const deployed = await built([join(REPOSITORY, 'tasks')]);

/**
 * Loads the bundle in a Node of its own, as Lambda would, invokes it with an event that is not its own while
 * AWS refuses its calls. Returns the type of the handler, and which parts of Node were loaded that no function
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
  ...Object.fromEntries([...Object.values(ENVIRONMENT), ...SETTING_VARIABLES].map((name) => [name, '1'])),
  [ENVIRONMENT.tasksQueueUrl]: `${NOBODY_LISTENS}/000000000000/tasks`,
  [ENVIRONMENT.callbacksQueueUrl]: `${NOBODY_LISTENS}/000000000000/callbacks`,
  [ENVIRONMENT.deadLetterQueueUrl]: `${NOBODY_LISTENS}/000000000000/dead-letters`,
  [ENVIRONMENT.apiUrl]: 'https://api.example.com',
  CALLBACK_FORMAT: 'task',
  AUTH: 'iam',
  ALLOWED_CALLBACK_CIDRS: '127.0.0.0/8',
  ALLOWED_CALLBACK_HOSTS: '*',
};

describe.each(FUNCTIONS)('the code of %s', (name) => {
  const folder = join(deployed, name);
  const code = readFileSync(join(folder, 'index.js'), 'utf8');

  test('is CommonJS in any folder, and exports the handler', () => {
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual({ type: 'commonjs' });
    expect(load(folder).handler).toBe('function');
  });

  test("never loads Node's fetch and web streams, not even for an AWS call", () => {
    expect(load(folder).unused).toEqual([]);
  });

  test('is ASCII: for one character beyond Latin 1, V8 would keep each as two bytes', () => {
    expect(code).toMatch(/^[\0-\x7f]*$/);
  });

  test('imports nothing at run time', () => {
    expect(code).not.toMatch(/\bimport\(/);
  });

  test('has no credential provider but the environment', () => {
    expect(code).toContain('AWS_ACCESS_KEY_ID');
    expect(code).not.toMatch(/credential_process|sso_session|AWS_CONTAINER_CREDENTIALS/);
  });
});

/** Each limit is up to 2 KiB above the measured size, so that growth is noticed. */
test.each([
  ['submit', 240],
  ['run', 228],
  ['deliver', 228],
  ['wake', 196],
  ['task-status', 206],
  ['complete-task', 223],
  ['authorize', 168],
] as const)('the code of %s is at most %i KiB', (name, limitKib) => {
  expect(statSync(join(deployed, name, 'index.js')).size / 1_024).toBeLessThanOrEqual(limitKib);
});

test('the same sources give the same code, so that an unchanged function is not deployed again', async () => {
  const again = await built([join(REPOSITORY, 'tasks')]);

  expect(contentsOf(again)).toEqual(contentsOf(deployed));
});

test('run has the work of each task beside the handler, the process of the work, and what that loads late', () => {
  expect(
    readdirSync(join(deployed, 'run')).filter((file) => !file.includes('-') || file.startsWith('task')),
  ).toEqual(['index.js', 'package.json', 'task-process.mjs', 'work']);
  expect(JSON.parse(readFileSync(join(deployed, 'run/work/tasks.json'), 'utf8'))).toContainEqual({
    names: ['generate-report'],
    module: 'generate-report.mjs',
  });
});

test('each definition adds at most 200 bytes to submit, whatever its work imports', async () => {
  const one = appFolder({ 'tasks/greet0.ts': greetTask() });
  const ten = appFolder();
  const work = `async () => (await import('@aws-sdk/client-cloudformation')).CloudFormationClient`;
  for (let index = 0; index < 10; index += 1) {
    writeFiles(ten, { [`tasks/greet${index}.ts`]: greetTask('', work) });
  }
  const [small, large] = await Promise.all([built([join(one, 'tasks')]), built([join(ten, 'tasks')])]);
  const sizeOf = (folder: string) => statSync(join(folder, 'submit/index.js')).size;

  expect((sizeOf(large) - sizeOf(small)) / 9).toBeLessThanOrEqual(200);
});

describe('a build for this machine', () => {
  test('has the code that is deployed, to the byte, with source maps and notes', async () => {
    const tasks = join(appFolder({ 'tasks/greet.ts': greetTask() }), 'tasks');
    const [local, deployed] = await Promise.all([built([tasks], true), built([tasks])]);
    const isCode = (file: string) => /\.m?js$|tasks\.json$|package\.json$/.test(file);
    const codeOf = (folder: string) => Object.entries(contentsOf(folder)).filter(([file]) => isCode(file));

    expect(codeOf(local)).toEqual(codeOf(deployed));
    expect(Object.keys(contentsOf(local))).toEqual(
      expect.arrayContaining([
        'deliver/index.js.map',
        'run/build-notes.json',
        'run/work/greet.mjs.map',
        'submit/index.js.map',
      ]),
    );
    const {
      name,
      tasks: summaries,
      sources,
    } = JSON.parse(readFileSync(join(local, 'run/build-notes.json'), 'utf8'));
    expect(name).toBe('run');
    expect(summaries).toEqual([expect.objectContaining({ name: 'greet', external: false })]);
    expect(sources).toEqual(
      expect.arrayContaining([join(REPOSITORY, 'lambda/run/handler.ts'), join(tasks, 'greet.ts')]),
    );
    expect(sources.filter((file: string) => /node_modules|dist\//.test(file))).toEqual([]);
  });
});

test('a build for this machine names files that tasks share differently, and changes nothing else', async () => {
  const task = greetTask('', '({ name }) => words(name)');
  const app = appFolder({
    'tasks/greet.ts': `import { words } from './shared/words.ts';${task}`,
    'tasks/welcome.ts': `import { words } from './shared/words.ts';${task}`,
    'tasks/shared/words.ts': 'export const words = (name: string) => ({ greeting: "Hello, " + name });',
  });
  const workOf = async (local: boolean) => {
    const folder = join(await built([join(app, 'tasks')], local), 'run/work');
    return Object.entries(contentsOf(folder))
      .filter(([file]) => file.endsWith('.mjs'))
      .map(([file, code]) => `${file}: ${code}`.replaceAll(/chunk-[A-Z0-9]{8}/g, 'chunk-…'))
      .sort();
  };
  const work = await workOf(true);

  expect(work.map((file) => file.slice(0, file.indexOf(':')))).toEqual([
    'chunk-….mjs',
    'greet.mjs',
    'welcome.mjs',
  ]);
  expect(work).toEqual(await workOf(false));
});

/** Path in the folder → contents. */
function contentsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')] as const)
      .filter(([file]) => file !== 'answer.json')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
