import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboxCallback } from '../../console/api-types.ts';
import { standardWebhooksSignature } from '../../lambda/callback/signature.ts';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { ops, opsJson } from '../support/ops.ts';
import { eventually } from '../support/pipeline.ts';
import { synthesizePresent } from '../support/synthesize-present.ts';

/** How long an answer about a key is gone by here, in place of the minute that the app asks for. */
const REMEMBERED_FOR_SECONDS = 2;

const folder = mkdtempSync(join(tmpdir(), 'api-keys-'));
const state = join(folder, 'state');
const log: string[] = [];
let stack: LocalStack;

beforeAll(async () => {
  const assemblyDirectory = join(folder, 'cdk.out');
  await synthesizePresent(assemblyDirectory, {
    auth: 'api-key',
    allowedCallbackCidrs: '127.0.0.0/8',
  });
  const file = join(assemblyDirectory, 'CallbackCompletion.template.json');
  const template = readFileSync(file, 'utf8');
  expect(template).toContain('"AuthorizerResultTtlInSeconds": 60');
  writeFileSync(
    file,
    template.replace(/("AuthorizerResultTtlInSeconds": )60/, `$1${REMEMBERED_FOR_SECONDS}`),
  );
  stack = await startLocalStack({ assemblyDirectory, state, onLogLine: (line) => log.push(line) });
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const create = async (client: string) =>
  await opsJson('keys', 'create', '--client', client, '--state', state);

/** A request with that key, or without one. */
async function call(key: string | undefined, path: string, init: RequestInit = {}) {
  const headers = {
    'content-type': 'application/json',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  const response = await fetch(`${stack.url}${path}`, { ...init, headers });
  return { status: response.status, body: (await response.json()) as { task_id: string } };
}

const submit = (key: string | undefined, inbox: string) =>
  call(key, '/api/tasks', {
    method: 'POST',
    body: JSON.stringify({ task_name: 'generate-report', callback_url: `${stack.url}/inbox/${inbox}` }),
  });

const received = async (inbox: string): Promise<InboxCallback[]> =>
  (await (await fetch(`${stack.url}/inbox/${inbox}`)).json()) as InboxCallback[];

const WRONG_KEY = `cck_0f1e2d3c4b5a6978_${'s'.repeat(43)}`;

describe('a stack with keys', () => {
  it.each(['/api/health', '/api/openapi.json', '/api/tasks/6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55'])(
    'answers %s to nobody without one',
    async (path) => {
      expect(await call(undefined, path)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
      expect(await call(WRONG_KEY, path)).toEqual({ status: 403, body: { message: 'Forbidden' } });
    },
  );

  it('takes a task of who has a key, and signs its callback with the secret of that client', async () => {
    const { key } = await create('billing');

    const accepted = await submit(key, 'billing');

    expect(accepted.status).toBe(202);
    const [callback] = await eventually(async () => {
      const callbacks = await received('billing');
      expect(callbacks).toHaveLength(1);
      return callbacks;
    });
    expect(callback).toMatchObject({ verified: true, body: { task_id: accepted.body.task_id } });
    // Also to the secret that operators hand out.
    const { client, current = '' } = await opsJson('secret', 'show', '--client', 'billing', '--state', state);
    expect(client).toBe('api-key:billing');
    const { headers } = callback as InboxCallback;
    expect(headers['webhook-signature']).toBe(
      standardWebhooksSignature(
        current,
        accepted.body.task_id,
        Number(headers['webhook-timestamp']),
        JSON.stringify((callback as InboxCallback).body),
      ),
    );
  });

  it('describes itself as one that asks for keys', async () => {
    const { key } = await create('reader');

    expect((await call(key, '/api/openapi.json')).body).toMatchObject({ security: [{ 'api-key': [] }] });
  });

  it('shows a task to every key of its client, and to no other client', async () => {
    const [one, other, stranger] = [await create('shop'), await create('shop'), await create('stranger')];
    const { body } = await submit(one.key, 'shop');

    expect(await call(other.key, `/api/tasks/${body.task_id}`)).toMatchObject({ status: 200 });
    expect(await call(stranger.key, `/api/tasks/${body.task_id}`)).toMatchObject({ status: 404 });
    expect(await call(stranger.key, `/api/tasks/${body.task_id}`, { method: 'DELETE' })).toMatchObject({
      status: 404,
    });
  });

  it("tells a callback that another client's secret has signed from a true one", async () => {
    const { key } = await create('honest');
    const { body } = await submit(key, 'elsewhere');
    const { current = '' } = await opsJson('secret', 'show', '--client', 'mallory', '--state', state);
    const timestamp = Math.floor(Date.now() / 1_000);

    await fetch(`${stack.url}/inbox/forged`, {
      method: 'POST',
      headers: {
        'webhook-id': body.task_id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': standardWebhooksSignature(current, body.task_id, timestamp, '{}'),
      },
      body: '{}',
    });

    expect(await received('forged')).toMatchObject([{ verified: false }]);
  });

  it('refuses a key that was revoked, once what was remembered of it has ended; the task goes on', async () => {
    const { key, key_id = '' } = await create('leaver');
    expect(await call(key, '/api/health')).toMatchObject({ status: 200 });
    const { body } = await submit(key, 'leaver');

    expect((await ops(['keys', 'revoke', key_id, '--yes', '--state', state])).exitCode).toBe(0);

    await eventually(async () => {
      expect(await call(key, '/api/health')).toEqual({ status: 403, body: { message: 'Forbidden' } });
    });
    await eventually(async () => {
      expect(await received('leaver')).toMatchObject([{ verified: true, body: { task_id: body.task_id } }]);
    });
  });

  it('never writes a key to a log', async () => {
    const { key = '' } = await create('quiet');
    await submit(key, 'quiet');
    await call(`${key.slice(0, -1)}-`, '/api/health');
    await eventually(() => expect(log.join('\n')).toContain('wrong-secret'));

    const secret = key.slice(-43);
    expect(log.length).toBeGreaterThan(10);
    expect(log.filter((line) => line.includes(secret.slice(0, 12)))).toEqual([]);
  });
});
