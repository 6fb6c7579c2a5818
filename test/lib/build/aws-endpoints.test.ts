import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtFunctions } from '../../../bench/built-functions.ts';
import { startStub } from '../../../bench/cold-start/stub.ts';
import { SETTING_VARIABLES } from '../../../lambda/contract/setting-variables.ts';
import { ENVIRONMENT } from '../../../lambda/contract/variables.ts';

const folder = mkdtempSync(join(tmpdir(), 'aws-endpoints-'));
let stub: Awaited<ReturnType<typeof startStub>>;

beforeAll(async () => {
  await builtFunctions(folder);
  stub = await startStub();
});
afterAll(() => {
  stub.stop();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Submits a task with the bundled function in a process of its own. Each TLS connection that it opens is recorded and
 * leads to a stub on this machine, without TLS.
 */
async function hostsCalled(variables: Readonly<Record<string, string>>) {
  const program = `
    const hosts = [];
    require('node:https').Agent.prototype.createConnection = ({ host }) => {
      hosts.push(host);
      return require('node:net').connect(${new URL(stub.url).port}, '127.0.0.1');
    };
    const { handler } = require(${JSON.stringify(join(folder, 'submit', 'index.js'))});
    const context = { getRemainingTimeInMillis: () => 10000, awsRequestId: 'one', functionName: 'submit' };
    handler(${JSON.stringify(EVENT)}, context).then(({ statusCode }) => {
      process.stdout.write('\\n' + JSON.stringify({ statusCode, hosts }), () => process.exit());
    });`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', program], {
    env: { ...DEPLOYED, ...variables },
    timeout: 15_000,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout.split('\n').at(-1) ?? '');
}

const EVENT = {
  version: '2.0',
  routeKey: 'POST /api/tasks',
  rawPath: '/api/tasks',
  headers: { 'content-type': 'application/json' },
  requestContext: {
    http: { method: 'POST', path: '/api/tasks' },
    authorizer: { iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/test' } },
  },
  body: '{"task_name":"generate-report"}',
  isBase64Encoded: false,
};

const DEPLOYED = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  ...Object.fromEntries([...Object.values(ENVIRONMENT), ...SETTING_VARIABLES].map((name) => [name, '1'])),
  // As CloudFormation returns it, whichever endpoints the function uses.
  [ENVIRONMENT.tasksQueueUrl]: 'https://sqs.us-east-1.amazonaws.com/000000000000/tasks',
  [ENVIRONMENT.apiUrl]: 'https://api.example.com',
  CALLBACK_FORMAT: 'task',
  AUTH: 'iam',
  ALLOWED_CALLBACK_CIDRS: '',
  ALLOWED_CALLBACK_HOSTS: '*',
};

const FIPS = { AWS_USE_FIPS_ENDPOINT: 'true' };
const DUAL_STACK = { AWS_USE_DUALSTACK_ENDPOINT: 'true' };

it.each([
  ['the usual endpoints', {}, 'dynamodb.us-east-1.amazonaws.com', 'sqs.us-east-1.amazonaws.com'],
  ['FIPS endpoints', FIPS, 'dynamodb-fips.us-east-1.amazonaws.com', 'sqs-fips.us-east-1.amazonaws.com'],
  ['dual-stack endpoints', DUAL_STACK, 'dynamodb.us-east-1.api.aws', 'sqs.us-east-1.api.aws'],
  [
    'dual-stack FIPS endpoints',
    { ...FIPS, ...DUAL_STACK },
    'dynamodb-fips.us-east-1.api.aws',
    'sqs-fips.us-east-1.api.aws',
  ],
])('a bundled function calls %s', async (_endpoints, variables, ...hosts) => {
  expect(await hostsCalled(variables)).toEqual({ statusCode: 202, hosts });
});
