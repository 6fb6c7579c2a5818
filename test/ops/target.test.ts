import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../local/assembly-fixture.ts';
import { ops, opsJson } from '../support/ops.ts';
import { startOperatedStack } from './operated-stack.ts';

const SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:Master-Ab12Cd';

const servers: Server[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** CloudFormation and Secrets Manager as AWS answers, at addresses that the SDK finds in the environment. */
async function aws(cloudFormation: { status?: number; body: string }): Promise<void> {
  const { status = 200, body } = cloudFormation;
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv(
    'AWS_ENDPOINT_URL_CLOUDFORMATION',
    await listen((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    }),
  );
  vi.stubEnv(
    'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    await listen((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify({ ARN: SECRET_ARN, SecretString: JSON.stringify({ current: 'm'.repeat(64) }) }),
      );
    }),
  );
}

function described(outputs: string): string {
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
    <StackName>Callbacks</StackName><CreationTime>2026-11-21T07:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
    <Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

describe('--stack', () => {
  it('finds the secret in the outputs of a stack on AWS', async () => {
    await aws({
      body: described(
        `<member><OutputKey>ApiUrl</OutputKey><OutputValue>https://x</OutputValue></member><member><OutputKey>MasterSecretArn</OutputKey><OutputValue>${SECRET_ARN}</OutputValue></member><member><OutputKey>Auth</OutputKey><OutputValue>iam</OutputValue></member>`,
      ),
    });

    expect(await opsJson('secret', 'show', '--stack', 'Callbacks', '--client', 'role/billing')).toEqual({
      client: 'arn:aws:sts::123456789012:assumed-role/billing',
      // HKDF-SHA256 of 64 "m", worked out apart from this code.
      current: 'whsec_63fhtLcVAvKSfOZzCGgmHnUFsazfHk9VDCeE4pfII5w=',
    });
  });

  it('asks whose secret is meant', async () => {
    await aws({
      body: described(
        `<member><OutputKey>MasterSecretArn</OutputKey><OutputValue>${SECRET_ARN}</OutputValue></member>`,
      ),
    });

    const { exitCode, err } = await ops(['secret', 'show', '--stack', 'Callbacks']);

    expect(exitCode).toBe(2);
    expect(err).toBe(
      'Whose secret? Give --client with an ARN, role/NAME or user/NAME, the name that a key was made for, or jwt:ISSUER#SUBJECT.',
    );
  });

  it('says that a stack is another one', async () => {
    await aws({ body: described('') });

    const { exitCode, err } = await ops(['secret', 'rotate', '--stack', 'Callbacks']);

    expect(exitCode).toBe(1);
    expect(err).toBe(
      'The stack Callbacks has no output MasterSecretArn. Is it one of callback-completion, deployed from this version or later?',
    );
  });

  it('says that a stack is not there, and where it looked', async () => {
    await aws({
      status: 400,
      body: '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id Nonsense does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>',
    });

    const { exitCode, err } = await ops(['secret', 'show', '--stack', 'Nonsense', '--client', 'shop']);

    expect(exitCode).toBe(1);
    expect(err).toBe(
      'Stack with id Nonsense does not exist. Is it in another region or account? AWS_REGION and AWS_PROFILE say which.',
    );
  });

  it('works on the queues and the ledger of a stack on AWS, without its secret', async () => {
    const stack = await startOperatedStack();
    const { task_id } = await stack.dead();
    const outputs = {
      LedgerTableName: stack.ledger.table,
      TasksQueueUrl: stack.tasks.url,
      CallbacksQueueUrl: stack.callbacks.url,
      DeadLetterQueueUrl: stack.deadLetters.url,
      DeliveryDeadlineSeconds: '259200',
      RetentionSeconds: '2592000',
    };
    const members = Object.entries(outputs).map(
      ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    await aws({ body: described(members.join('')) });
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', stack.engines.sqs.endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', stack.engines.dynamodb.endpoint);

    const { out } = await ops(['dlq', 'list', '--stack', 'Callbacks']);
    expect(out).toContain(task_id);
    expect(out).toContain('1 dead letter, of about 1 in the stack Callbacks.');
    const replayed = await ops(['tasks', 'replay', task_id, '--stack', 'Callbacks']);
    expect(replayed.out).toContain('Replayed 1 callback.');
    await stack.stop();
  });

  it('says which output a stack lacks that was deployed from an older version', async () => {
    const names = ['LedgerTableName', 'TasksQueueUrl', 'CallbacksQueueUrl', 'DeadLetterQueueUrl'];
    const members = names.map(
      (name) => `<member><OutputKey>${name}</OutputKey><OutputValue>http://x</OutputValue></member>`,
    );
    await aws({ body: described(members.join('')) });

    const { exitCode, err } = await ops(['tasks', 'replay', '--host', 'a.example', '--stack', 'Callbacks']);

    expect(exitCode).toBe(1);
    expect(err).toBe(
      'The stack Callbacks has no output DeliveryDeadlineSeconds. Is it one of callback-completion, deployed from this version or later?',
    );
  });
});

describe('a connection to AWS that has gone silent', () => {
  it('is given up on, and the operator told', { timeout: 20_000 }, async () => {
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
    const silent = await listen(() => {});
    for (const service of ['SQS', 'DYNAMODB']) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, silent);
    const outputs = join(temporaryDirectory(), 'outputs.json');
    const url = `${silent}/123456789012/dead`;
    writeFileSync(
      outputs,
      JSON.stringify({
        Callbacks: {
          LedgerTableName: 'Ledger',
          TasksQueueUrl: url,
          CallbacksQueueUrl: url,
          DeadLetterQueueUrl: url,
        },
      }),
    );

    const asked = await Promise.all([
      ops(['dlq', 'list', '--outputs', outputs]),
      ops(['tasks', 'show', '6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55', '--outputs', outputs]),
    ]);

    for (const { exitCode, err } of asked) {
      expect(exitCode).toBe(1);
      expect(err).toContain('AWS did not answer in time');
    }
  });
});
