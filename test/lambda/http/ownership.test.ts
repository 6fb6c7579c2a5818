import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { standardWebhooksSignature } from '../../../lambda/callback/signature.ts';
import { clientSecret } from '../../../lambda/callback/signing-secret.ts';
import { AUTH_KINDS, type AuthKind } from '../../../lambda/contract/auth.ts';
import { type AuthorizedEvent, clientOf } from '../../../lambda/http/client.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import {
  type EmbeddedEngines,
  startEmbeddedEngines,
  type TestLedger,
  type TestQueue,
} from '../../support/embedded-engines.ts';
import { acceptedTask, deliveringTask } from '../../support/entries.ts';
import { setFunctionEnvironment } from '../../support/function-environment.ts';
import { httpEvent, lambdaContext } from '../../support/lambda-events.ts';
import { loadSubmitHandler } from '../../support/source-handlers.ts';

type Handler = (event: APIGatewayProxyEventV2 & AuthorizedEvent, context: Context) => Promise<unknown>;
type Request = NonNullable<Parameters<typeof httpEvent>[1]>;

/** What each kind of authorizer says of somebody. */
const SAYS: Readonly<Record<AuthKind, (who: string) => Request['authorizer']>> = {
  iam: (who) => ({ iam: { userArn: `arn:aws:sts::123456789012:assumed-role/${who}/session-1` } }),
  jwt: (who) => ({ jwt: { claims: { iss: 'https://login.example.com', sub: who } } }),
  'api-key': (who) => ({ lambda: { client: who } }),
};

let engines: EmbeddedEngines;
let table: TestLedger;
let tasks: TestQueue;
let callbacks: TestQueue;

beforeAll(async () => {
  engines = await startEmbeddedEngines();
  table = await engines.newLedger();
  [tasks, callbacks] = [await engines.newQueue(), await engines.newQueue()];
});
afterAll(() => engines.stop());

/** The functions behind the API, as a deployment with that kind of authorizer runs them. */
async function loadFunctions(auth: AuthKind): Promise<Readonly<Record<string, Handler>>> {
  setFunctionEnvironment(engines, {
    LEDGER_TABLE: table.table,
    TASKS_QUEUE_URL: tasks.url,
    CALLBACKS_QUEUE_URL: callbacks.url,
    AUTH: auth,
  });
  // They read their environment while they are loaded.
  vi.resetModules();
  return {
    submit: (await loadSubmitHandler()) as Handler,
    status: (await import('../../../lambda/task-status/handler.ts')).handler as Handler,
    change: (await import('../../../lambda/complete-task/handler.ts')).handler as Handler,
  };
}

describe.each(AUTH_KINDS)('with auth=%s, a client', (auth) => {
  let functions: Readonly<Record<string, Handler>>;
  beforeAll(async () => {
    functions = await loadFunctions(auth);
  });

  const identity = (who: string) => clientOf(httpEvent('GET /', { authorizer: SAYS[auth](who) }), auth);

  async function as(who: string, fn: string, routeKey: string, request: Request = {}) {
    const event = httpEvent(routeKey, { authorizer: SAYS[auth](who), ...request });
    const answer = (await functions[fn]?.(event, lambdaContext())) as APIGatewayProxyStructuredResultV2;
    return { status: answer.statusCode, headers: answer.headers, body: answer.body ?? '' };
  }

  async function ofAlice(entry: Entry): Promise<Entry> {
    const owned = { ...entry, client: identity('alice') };
    await table.ledger.create(owned);
    return owned;
  }

  const completion = '{"status":"completed","result":1}';
  const routes: [what: string, fn: string, routeKey: string, body: string | undefined, task: () => Entry][] =
    [
      ['read', 'status', 'GET /api/tasks/{task_id}', undefined, () => acceptedTask()],
      ['fetch the result of', 'status', 'GET /api/tasks/{task_id}/result', undefined, () => deliveringTask()],
      ['cancel', 'change', 'DELETE /api/tasks/{task_id}', undefined, () => acceptedTask()],
      [
        'complete',
        'change',
        'POST /api/tasks/{task_id}/completion',
        completion,
        () => acceptedTask({ external_until_ms: Date.now() + 3_600_000 }),
      ],
      [
        'complete, badly,',
        'change',
        'POST /api/tasks/{task_id}/completion',
        '{',
        () => acceptedTask({ external_until_ms: Date.now() + 3_600_000 }),
      ],
      [
        'replay',
        'change',
        'POST /api/tasks/{task_id}/replay',
        undefined,
        () => deliveringTask({ state: 'delivered', delivered_at_ms: 1_764_000_006_000 }),
      ],
    ];

  it.each(routes)(
    "cannot %s another client's task, nor tell it from none",
    async (_what, fn, routeKey, body, task) => {
      const entry = await ofAlice(task());
      const ask = (task_id: string) =>
        as('mallory', fn, routeKey, { pathParameters: { task_id }, ...(body !== undefined && { body }) });

      const another = await ask(entry.task_id);
      const none = await ask(randomUUID());

      expect(another.status).toBe(404);
      expect(another.body).toContain(`There is no task \\"${entry.task_id}\\".`);
      expect([none.status, none.headers, none.body.length]).toEqual([
        another.status,
        another.headers,
        another.body.length,
      ]);
      expect(Object.keys(JSON.parse(none.body))).toEqual(Object.keys(JSON.parse(another.body)));
      expect(await table.ledger.read(entry.task_id)).toEqual(entry);
      expect(await callbacks.bodies()).toEqual([]);
    },
  );

  it.each(routes.filter(([what]) => !what.includes('badly')))(
    'can %s its own',
    async (_what, fn, routeKey, body, task) => {
      const { task_id } = await ofAlice(task());

      const { status } = await as('alice', fn, routeKey, {
        pathParameters: { task_id },
        ...(body !== undefined && { body }),
      });

      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(300);
      await callbacks.bodies();
    },
  );

  it("cannot reuse another client's Idempotency-Key: the same key is another task", async () => {
    const request = {
      headers: { 'idempotency-key': `order-${auth}` },
      body: '{"task_name":"generate-report"}',
    };

    const alices = JSON.parse((await as('alice', 'submit', 'POST /api/tasks', request)).body);
    const again = JSON.parse((await as('alice', 'submit', 'POST /api/tasks', request)).body);
    // A name as long as hers: more than the length of it must count.
    const carols = JSON.parse((await as('carol', 'submit', 'POST /api/tasks', request)).body);

    expect(again.task_id).toBe(alices.task_id);
    expect(carols.task_id).not.toBe(alices.task_id);
    expect(await table.ledger.read(alices.task_id)).toMatchObject({ client: identity('alice') });
    expect(await table.ledger.read(carols.task_id)).toMatchObject({ client: identity('carol') });
  });

  it('cannot give itself another name by header, query or body', async () => {
    const alice = identity('alice');
    const headers = {
      authorization: `Bearer ${alice}`,
      'x-client': alice,
      'x-amzn-iam-user-arn': alice,
      'x-user-arn': alice,
      'x-forwarded-user': alice,
    };
    const body = JSON.stringify({ task_name: 'generate-report' });
    const event = httpEvent('POST /api/tasks', { authorizer: SAYS[auth]('mallory'), headers, body });
    const query = { client: alice, userArn: alice, sub: 'alice' };

    const answer = (await functions.submit?.(
      { ...event, queryStringParameters: query, rawQueryString: new URLSearchParams(query).toString() },
      lambdaContext(),
    )) as APIGatewayProxyStructuredResultV2;

    expect(answer.statusCode).toBe(202);
    const { task_id } = JSON.parse(answer.body ?? '');
    expect(await table.ledger.read(task_id)).toMatchObject({ client: identity('mallory') });
    for (const field of ['client', 'userArn', 'sub']) {
      const named = JSON.stringify({ task_name: 'generate-report', [field]: alice });
      expect(await as('mallory', 'submit', 'POST /api/tasks', { body: named })).toMatchObject({
        status: 400,
      });
    }
  });

  it('cannot give itself another name by what another kind of authorizer would say', async () => {
    const entry = await ofAlice(acceptedTask());
    const others = AUTH_KINDS.filter((kind) => kind !== auth);

    for (const kind of others) {
      const answer = await as('mallory', 'status', 'GET /api/tasks/{task_id}', {
        pathParameters: { task_id: entry.task_id },
        authorizer: { ...SAYS[kind]('alice') },
      });
      expect(answer.status).toBe(401);
    }
  });

  it("cannot forge the signature of another client's callback", () => {
    const master = 'm'.repeat(64);
    const [alices, mallorys] = [
      clientSecret(master, identity('alice')),
      clientSecret(master, identity('mallory')),
    ];
    const now = Math.floor(Date.now() / 1_000);
    const signed = (secret: string) => ({
      'webhook-id': '6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55',
      'webhook-timestamp': String(now),
      'webhook-signature': standardWebhooksSignature(
        secret,
        '6f0f2ab0-44cc-4b3e-9d13-2f5e2d3f1c55',
        now,
        '{}',
      ),
    });

    expect(new Webhook(alices).verify('{}', signed(alices))).toEqual({});
    expect(() => new Webhook(alices).verify('{}', signed(mallorys))).toThrow('No matching signature found');
  });
});

it('no client of one kind is a client of another, so that a deployment can change its kind', () => {
  const names = AUTH_KINDS.map((auth) =>
    clientOf(httpEvent('GET /', { authorizer: SAYS[auth]('alice') }), auth),
  );
  expect(names).toEqual([
    'arn:aws:sts::123456789012:assumed-role/alice',
    'jwt:https://login.example.com#alice',
    'api-key:alice',
  ]);
});
