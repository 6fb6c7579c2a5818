import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { opsJson } from '../support/ops.ts';
import { eventually } from '../support/pipeline.ts';
import { synthesizePresent } from '../support/synthesize-present.ts';

const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
const state = join(folder, 'state');
let stack: LocalStack;

beforeAll(async () => {
  const assemblyDirectory = join(folder, 'cdk.out');
  await synthesizePresent(assemblyDirectory, {
    auth: 'jwt',
    jwtIssuer: 'https://login.example.com/tenant',
    jwtAudience: 'tasks',
    allowedCallbackCidrs: '127.0.0.0/8',
  });
  stack = await startLocalStack({ assemblyDirectory, state });
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a local stack with tokens checks none, and takes every request for one subject’s', async () => {
  expect(stack.client).toBe('jwt:https://login.example.com/tenant#local');
  const answer = await fetch(`${stack.url}/api/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ task_name: 'generate-report', callback_url: `${stack.url}/inbox/tokens` }),
  });
  expect(answer.status).toBe(202);

  await eventually(async () => {
    const received = await (await fetch(`${stack.url}/inbox/tokens`)).json();
    expect(received).toMatchObject([{ verified: true }]);
  });
  const { client } = await opsJson('secret', 'show', '--state', state);
  expect(client).toBe('jwt:https://login.example.com/tenant#local');
});
