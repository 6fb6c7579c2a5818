import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeEndpoints } from '../../local/endpoints-file.ts';
import { temporaryDirectory } from '../local/assembly-fixture.ts';
import { ops, opsJson } from '../support/ops.ts';
import { outputsOf } from '../support/stack-outputs.ts';
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

function described(outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([name, value]) =>
      `<member><OutputKey>${name}</OutputKey><OutputValue>${value.replaceAll('"', '&quot;')}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
    <StackName>Callbacks</StackName><CreationTime>2026-11-21T07:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
    <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

describe('--stack', () => {
  it('finds the secret in the outputs of a stack on AWS', async () => {
    await aws({
      body: described(outputsOf({ master_secret_arn: SECRET_ARN, auth: 'iam' })),
    });

    expect(await opsJson('secret', 'show', '--stack', 'Callbacks', '--client', 'role/billing')).toEqual({
      client: 'arn:aws:sts::123456789012:assumed-role/billing',
      // HKDF-SHA256 of 64 "m", worked out apart from this code.
      current: 'whsec_63fhtLcVAvKSfOZzCGgmHnUFsazfHk9VDCeE4pfII5w=',
    });
  });

  it('asks whose secret is meant', async () => {
    await aws({
      body: described(outputsOf({ master_secret_arn: SECRET_ARN })),
    });

    const { exitCode, err } = await ops(['secret', 'show', '--stack', 'Callbacks']);

    expect(exitCode).toBe(2);
    expect(err).toBe(
      'Whose secret? Give --client with an ARN, role/NAME or user/NAME, the name that a key was made for, or jwt:ISSUER#SUBJECT.',
    );
  });

  it('says that a stack is another one', async () => {
    await aws({ body: described({}) });

    const { exitCode, err } = await ops(['secret', 'rotate', '--stack', 'Callbacks']);

    expect(exitCode).toBe(1);
    expect(err).toBe(
      'The stack Callbacks has no pipeline of callback-completion: none of its outputs describes one.',
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
    const outputs = outputsOf({
      ledger_table: stack.ledger.table,
      tasks_queue_url: stack.tasks.url,
      callbacks_queue_url: stack.callbacks.url,
      dead_letter_queue_url: stack.deadLetters.url,
    });
    await aws({ body: described(outputs) });
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', stack.engines.sqs.endpoint);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', stack.engines.dynamodb.endpoint);

    const { out } = await ops(['dlq', 'list', '--stack', 'Callbacks']);
    expect(out).toContain(task_id);
    expect(out).toContain('1 dead letter, of about 1 in the pipeline Callbacks/Pipeline.');
    const replayed = await ops(['tasks', 'replay', task_id, '--stack', 'Callbacks']);
    expect(replayed.out).toContain('Replayed 1 callback.');
    await stack.stop();
  });

  it('works on a stack that 0.1.0 deployed', async () => {
    await aws({
      body: described({
        ApiUrl: 'https://x',
        Auth: 'iam',
        CallbacksQueueUrl: 'https://x',
        DeadLetterQueueUrl: 'https://x',
        DeliveryDeadlineSeconds: '259200',
        LedgerTableName: 'Ledger',
        MasterSecretArn: SECRET_ARN,
        MetricsNamespace: 'Callbacks/Pipeline',
        RetentionSeconds: '2592000',
        TasksQueueUrl: 'https://x',
      }),
    });

    expect(await opsJson('secret', 'show', '--stack', 'Callbacks', '--client', 'role/billing')).toMatchObject(
      {
        client: 'arn:aws:sts::123456789012:assumed-role/billing',
      },
    );
  });

  it('asks which pipeline is meant if there are several', async () => {
    await aws({
      body: described(outputsOf({ pipeline: 'Shop/Callbacks' }, { pipeline: 'Shop/Reports' })),
    });

    const { exitCode, err } = await ops(['dlq', 'list', '--stack', 'Shop']);
    const other = await ops(['dlq', 'list', '--stack', 'Shop', '--pipeline', 'Orders']);

    expect([exitCode, err]).toEqual([
      2,
      'There are several pipelines in the stack Shop. Give --pipeline one of: Shop/Callbacks, Shop/Reports.',
    ]);
    expect([other.exitCode, other.err]).toEqual([
      2,
      'There is no pipeline Orders. Give --pipeline one of: Shop/Callbacks, Shop/Reports.',
    ]);
  });
});

describe('--pipeline on this machine', () => {
  it('names one of several; without it the command asks which', async () => {
    const stack = await startOperatedStack();
    const { task_id } = await stack.dead();
    const other = { ...stack.pipeline, name: 'Shop/Reports', id: 'Reports', ledgerTable: 'elsewhere' };
    writeEndpoints(stack.state, { ...stack.endpoints, pipelines: [stack.pipeline, other] });

    const chosen = await ops(['dlq', 'list', '--state', stack.state, '--pipeline', 'Callbacks']);
    const unnamed = await ops(['dlq', 'list', '--state', stack.state]);
    await stack.stop();

    expect(chosen.out).toContain(task_id);
    expect(chosen.out).toContain(
      `of about 1 in the pipeline Shop/Callbacks of the local stack in ${stack.state}.`,
    );
    expect([unnamed.exitCode, unnamed.err]).toEqual([
      2,
      `There are several pipelines in the local stack in ${stack.state}. Give --pipeline one of: Shop/Callbacks, Shop/Reports.`,
    ]);
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
        Callbacks: outputsOf({ tasks_queue_url: url, callbacks_queue_url: url, dead_letter_queue_url: url }),
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
