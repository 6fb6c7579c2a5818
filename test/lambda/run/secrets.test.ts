import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { taskRunner } from '../../../lambda/run/task-runner.ts';
import { SecretsEngine } from '../../../local/secrets-engine.ts';
import { temporaryDirectory } from '../../local/assembly-fixture.ts';
import { recordingProxies } from '../../support/recording-proxies.ts';

const arn = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`;

const LIMITS = { limitMs: 10_000, leftMs: 20_000 };

const proxies = recordingProxies();
let engine: SecretsEngine;

beforeAll(async () => {
  engine = await SecretsEngine.start(join(temporaryDirectory(), 'secrets.json'), [
    { name: 'Vendor', arn: arn('Vendor'), value: 'hunter2', generate: undefined },
    { name: 'Mailer', arn: arn('Mailer'), value: '{"user":"ada"}', generate: undefined },
  ]);
  const unused = engine.endpoint;
  const { secretsManager } = await proxies.leadTo({
    dynamodb: unused,
    s3: unused,
    secretsManager: engine.endpoint,
    sns: unused,
    sqs: unused,
  });
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'Run',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager,
    WORK_SECRET_VENDOR_KEY: arn('Vendor'),
    WORK_SECRET_mailer: arn('Mailer'),
    WORK_SECRET_GONE: arn('Gone'),
  });
});

afterAll(async () => {
  proxies.stop();
  await engine.stop();
});

/** A function with a process of its own for the work. */
function runFunction() {
  const run = taskRunner({
    processFile: join(import.meta.dirname, 'secret-tasks-process.ts'),
    heapMb: 64,
    onLog: () => {},
  });
  return async (name: string) => {
    const end = await run(
      {
        taskName: 'read-secret',
        taskId: '8b0f6a52-6f0e-4c57-9d3b-2f6f3c1a7e10',
        run: 1,
        inputJson: JSON.stringify(name),
        resultUrl: 'https://api.example/result',
      },
      LIMITS,
    );
    return end.kind === 'completed' ? (JSON.parse(end.resultJson) as { pid: number; value: string }) : end;
  };
}

describe('context.secret', () => {
  it('reads a secret once, and keeps it and its process for the tasks after it', async () => {
    const readSecret = runFunction();

    const first = await readSecret('VENDOR_KEY');
    const second = await readSecret('VENDOR_KEY');
    const other = await readSecret('mailer');

    expect(first).toMatchObject({ value: 'hunter2' });
    expect(second).toEqual(first);
    expect(other).toEqual({ ...first, value: '{"user":"ada"}' });
    expect(proxies.calls).toEqual([
      {
        caller: 'Run',
        action: 'secretsmanager:GetSecretValue',
        resource: 'Vendor',
        leadingKeys: [],
      },
      {
        caller: 'Run',
        action: 'secretsmanager:GetSecretValue',
        resource: 'Mailer',
        leadingKeys: [],
      },
    ]);
  });

  it('states which names there are if there is no such secret', async () => {
    expect(await runFunction()('VENDOR')).toEqual({
      kind: 'failed',
      error: {
        type: 'Error',
        message:
          'There is no secret "VENDOR"; known are: VENDOR_KEY, mailer, GONE. Add it with pipeline.work.addSecret("VENDOR", secret).',
      },
    });
  });

  it('fails if Secrets Manager does not return the secret', async () => {
    expect(await runFunction()('GONE')).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining("Secrets Manager can't find the specified secret") },
    });
  });
});
