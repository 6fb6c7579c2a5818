import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../local/execution-environment.ts';
import { Gateway, type GatewaySettings } from '../../local/gateway.ts';
import { HttpServer } from '../../local/http-server.ts';

const servers: HttpServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Event {
  readonly [field: string]: unknown;
  readonly pathParameters?: unknown;
  readonly isBase64Encoded: boolean;
  readonly body?: string;
}

/** A gateway whose functions record their events and answer alike. */
async function openGateway(
  answer: InvocationResult = { ok: true, payload: { statusCode: 204 } },
  settings: Partial<GatewaySettings> = {},
) {
  const calls: { functionArn: string; event: Event }[] = [];
  const routes = [
    'POST /api/tasks',
    'GET /api/tasks/{task_id}',
    'GET /api/tasks/latest',
    'ANY /files/{path+}',
  ];
  const gateway = new Gateway({
    routes: routes.map((routeKey) => ({ routeKey, functionArn: routeKey, authorizer: { type: 'iam' } })),
    throttle: undefined,
    cors: undefined,
    now: Date.now,
    invoke: async (functionArn, event) => {
      calls.push({ functionArn, event: event as Event });
      return answer;
    },
    ...settings,
  });
  const server = await HttpServer.listen(0);
  server.serve((url, req, res) => gateway.handle(url, req, res));
  servers.push(server);
  const at = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
  return { at, calls, url: server.url };
}

/** Sends a path as it is, which `fetch` would tidy. */
async function rawGet(url: string, path: string, headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(url);
  return await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    request({ hostname, port, path, headers }, async (response) => {
      resolve({ status: response.statusCode, body: await text(response) });
    })
      .once('error', reject)
      .end();
  });
}

describe('the HTTP API', () => {
  it('makes an event of payload format 2.0', async () => {
    const { at, calls } = await openGateway();

    await at('/api/tasks?a=1&a=2&b=%20', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'k', 'User-Agent': 'test' },
      body: '{"täsk":1}',
    });

    expect(calls[0]?.event).toEqual({
      version: '2.0',
      routeKey: 'POST /api/tasks',
      rawPath: '/api/tasks',
      rawQueryString: 'a=1&a=2&b=%20',
      headers: expect.objectContaining({ 'content-type': 'application/json', 'idempotency-key': 'k' }),
      queryStringParameters: { a: '1,2', b: ' ' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        authorizer: {
          iam: expect.objectContaining({
            accountId: '000000000000',
            userArn: 'arn:aws:iam::000000000000:user/local',
          }),
        },
        domainName: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        domainPrefix: 'local',
        http: {
          method: 'POST',
          path: '/api/tasks',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.any(String),
        routeKey: 'POST /api/tasks',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"täsk":1}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['application/json; charset=utf-8', Buffer.from('{}'), false],
    ['application/problem+json', Buffer.from('{}'), false],
    ['text/csv', Buffer.from('a,b'), false],
    ['application/octet-stream', Buffer.from([1, 2, 3]), true],
    ['application/x-www-form-urlencoded', Buffer.from('a=1'), true],
    ['application/json', Buffer.from([0xff, 0xfe]), true],
  ])('hands over a body of type %s %j in base64: %s', async (contentType, body, inBase64) => {
    const { at, calls } = await openGateway();

    await at('/api/tasks', { method: 'POST', headers: { 'content-type': contentType }, body });

    const event = calls[0]?.event;
    expect(event?.isBase64Encoded).toBe(inBase64);
    expect(Buffer.from(event?.body ?? '', inBase64 ? 'base64' : 'utf8')).toEqual(body);
  });

  it('takes the most specific route, and decodes what the path holds', async () => {
    const { at, calls } = await openGateway();

    await at('/api/tasks/latest');
    await at('/api/tasks/a%20b');
    await at('/files/x/y.txt', { method: 'DELETE' });

    expect(calls.map(({ functionArn, event }) => [functionArn, event.pathParameters])).toEqual([
      ['GET /api/tasks/latest', undefined],
      ['GET /api/tasks/{task_id}', { task_id: 'a b' }],
      ['ANY /files/{path+}', { path: 'x/y.txt' }],
    ]);
  });

  it('answers 404 for what has no route, a wrong method included', async () => {
    const { at, calls, url } = await openGateway();

    const response = await at('/api/tasks', { method: 'PUT' });

    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect((await at('/api/tasks/1/2')).status).toBe(404);
    expect((await rawGet(url, '//evil/api')).status).toBe(404);
    expect(calls).toEqual([]);
  });

  it('answers 400 for a path that cannot be decoded, 413 for a body over 10 MB', async () => {
    const { at, url } = await openGateway();

    expect(await rawGet(url, '/api/tasks/%zz')).toEqual({ status: 400, body: '{"message":"Bad Request"}' });
    const response = await at('/api/tasks', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });

  it('answers 429 to more than its throttle lets pass, without a call', async () => {
    let nowMs = 0;
    const { at, calls } = await openGateway(undefined, {
      throttle: { requestsPerSecond: 1, burst: 2 },
      now: () => nowMs,
    });
    const get = async () => (await at('/api/tasks/1')).status;

    expect([await get(), await get(), await get()]).toEqual([204, 204, 429]);
    const response = await at('/api/tasks/1');
    expect(await response.json()).toEqual({ message: 'Too Many Requests' });
    expect(calls).toHaveLength(2);
    nowMs = 1_000;
    expect(await get()).toBe(204);
  });

  it('answers as the authorizer of the route says', async () => {
    const keys = {
      type: 'function',
      functionArn: 'authorize',
      identityHeader: 'authorization',
      rememberedForSeconds: 0,
    } as const;
    const invoke: GatewaySettings['invoke'] = async (arn, event) => {
      const { identitySource, requestContext } = event as {
        identitySource: [string];
        requestContext: { authorizer: unknown };
      };
      if (arn !== 'authorize') return { ok: true, payload: requestContext.authorizer };
      return {
        ok: true,
        payload: { isAuthorized: identitySource[0] === 'Bearer right', context: { client: 'me' } },
      };
    };
    const routes = [{ routeKey: 'GET /x', functionArn: 'x', authorizer: keys }];
    const { at } = await openGateway(undefined, { routes, invoke });
    const get = async (headers: Record<string, string>) => {
      const response = await at('/x', { headers });
      return [response.status, await response.json()];
    };

    expect(await get({})).toEqual([401, { message: 'Unauthorized' }]);
    expect(await get({ authorization: 'Bearer wrong' })).toEqual([403, { message: 'Forbidden' }]);
    expect(await get({ authorization: 'Bearer right' })).toEqual([200, { lambda: { client: 'me' } }]);
  });

  it('passes the function’s answer on', async () => {
    const { at } = await openGateway({
      ok: true,
      payload: {
        statusCode: 202,
        headers: { 'Content-Type': 'application/json', Location: '/x' },
        cookies: ['a=1', 'b=2'],
        body: Buffer.from('{"ok":true}').toString('base64'),
        isBase64Encoded: true,
      },
    });

    const response = await at('/api/tasks', { method: 'POST' });

    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe('/x');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toEqual({ ok: true });
  });

  it('makes a 200 of an answer without a status', async () => {
    const { at } = await openGateway({ ok: true, payload: { hello: 'world' } });

    expect(await (await at('/api/tasks/1')).json()).toEqual({ hello: 'world' });
  });

  it.each<[string, InvocationResult]>([
    ['an error', { ok: false, error: { errorType: 'Error', errorMessage: 'secret detail' } }],
    ['a status that does not exist', { ok: true, payload: { statusCode: 7 } }],
    ['a header that cannot be', { ok: true, payload: { statusCode: 200, headers: { 'x-a': 'b\r\nc' } } }],
  ])('answers 500 and no more after %s', async (_what, answer) => {
    const { at } = await openGateway(answer);

    const response = await at('/api/tasks/1');

    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });
});

describe('the HTTP API with CORS settings', () => {
  const cors = {
    allowOrigins: ['http://localhost:3000'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type'],
    exposeHeaders: ['location'],
    allowCredentials: false,
    maxAgeSeconds: 300,
  };
  const origin = 'http://localhost:3000';
  const keys = {
    type: 'function',
    functionArn: 'authorize',
    identityHeader: 'authorization',
    rememberedForSeconds: 0,
  } as const;

  /** A gateway whose one route needs a key; the key `right` is the right one. */
  async function openWithKeys(settings: Partial<GatewaySettings> = {}) {
    const invoke: GatewaySettings['invoke'] = async (arn, event) => {
      const { identitySource } = event as { identitySource?: [string] };
      if (arn === 'authorize')
        return { ok: true, payload: { isAuthorized: identitySource?.[0] === 'right' } };
      const headers = {
        Vary: 'Accept',
        'Access-Control-Allow-Origin': 'https://mine.example',
        Location: '/x',
      };
      return { ok: true, payload: { statusCode: 200, headers, body: 'ok' } };
    };
    const routes = [{ routeKey: 'POST /api/tasks', functionArn: 'submit', authorizer: keys }];
    return await openGateway(undefined, { cors, routes, invoke, ...settings });
  }

  /** The status, and the headers that browsers look at. */
  async function seen(response: Response) {
    await response.arrayBuffer();
    const headers = [...response.headers].filter(([name]) => /^(access-control-|vary)/.test(name));
    return [response.status, Object.fromEntries(headers)];
  }

  it('answers a preflight request itself, without a route and without a key', async () => {
    const { at, calls } = await openWithKeys();
    const preflight = (path: string, headers: Record<string, string>) =>
      at(path, { method: 'OPTIONS', headers }).then(seen);
    const asked = { origin, 'access-control-request-method': 'POST' };
    const allowed = {
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-max-age': '300',
      vary: 'Origin',
    };

    expect(await preflight('/api/tasks', asked)).toEqual([204, allowed]);
    expect(await preflight('/api/nothing', asked)).toEqual([204, allowed]);
    expect(await preflight('/api/tasks', { origin })).toEqual([204, {}]);
    expect(await preflight('/api/tasks', { ...asked, origin: 'http://localhost:4000' })).toEqual([204, {}]);
    expect(await preflight('/api/tasks', {})).toEqual([204, {}]);
    expect(calls).toEqual([]);
  });

  it('leaves OPTIONS to a route that takes it', async () => {
    const { at, calls } = await openGateway(undefined, { cors });

    expect((await at('/files/x', { method: 'OPTIONS', headers: { origin } })).status).toBe(204);

    expect(calls.map(({ functionArn }) => functionArn)).toEqual(['ANY /files/{path+}']);
  });

  it('lets pages of allowed origins read every answer, its own included', async () => {
    let nowMs = 0;
    const { at } = await openWithKeys({
      throttle: { requestsPerSecond: 1, burst: 3 },
      now: () => nowMs,
    });
    const post = async (headers: Record<string, string>, path = '/api/tasks') =>
      seen(await at(path, { method: 'POST', headers: { origin, ...headers }, body: '{}' }));
    const readable = {
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-expose-headers': 'location',
      vary: 'Origin',
    };

    expect(await post({ authorization: 'right' })).toEqual([200, { ...readable, vary: 'Origin, Accept' }]);
    expect(await post({})).toEqual([401, readable]);
    expect(await post({ authorization: 'wrong' })).toEqual([403, readable]);
    expect(await post({ authorization: 'right' })).toEqual([429, readable]);
    expect(await post({}, '/api/nothing')).toEqual([404, readable]);
    nowMs = 1_000;
    expect(await post({ authorization: 'right', origin: 'http://localhost:4000' })).toEqual([
      200,
      { vary: 'Accept' },
    ]);
  });
});

describe('the local server', () => {
  it('accepts requests of the pages and paths that the app names', async () => {
    const server = await HttpServer.listen(0);
    servers.push(server);
    server.serve(
      async (_url, _request, response) => {
        response.writeHead(204).end();
      },
      (origin, path) => origin === 'https://app.example.com' && path.startsWith('/api/'),
    );
    const status = async (path: string, origin: string) =>
      (await rawGet(server.url, path, { origin })).status;

    expect(await status('/api/tasks', 'https://app.example.com')).toBe(204);
    expect(await status('/inbox/demo', 'https://app.example.com')).toBe(403);
    expect(await status('/api/tasks', 'https://evil.example')).toBe(403);
  });

  it('answers only under names of this machine, and no pages of other sites', async () => {
    const { url } = await openGateway();
    const host = new URL(url).host;
    const status = async (headers: Record<string, string>) =>
      (await rawGet(url, '/api/tasks/1', headers)).status;

    expect(await status({ host: `localhost:${host.split(':')[1]}` })).toBe(204);
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({ host, origin: 'https://evil.example' })).toBe(403);
    expect(await status({ host, origin: 'null' })).toBe(403);
    expect(await status({ host, origin: url })).toBe(204);
  });

  it('takes 10 KB of headers, and answers 431 to more', async () => {
    const { url } = await openGateway();

    expect((await rawGet(url, '/api/tasks/1', { 'x-a': 'x'.repeat(9_900) })).status).toBe(204);
    expect((await rawGet(url, '/api/tasks/1', { 'x-a': 'x'.repeat(10_240) })).status).toBe(431);
  });

  it('lets requests that come while it starts wait until it has', async () => {
    const server = await HttpServer.listen(0);
    servers.push(server);
    const early = fetch(`${server.url}/api/health`);
    server.serve(async (_url, _request, response) => {
      response.writeHead(204).end();
    });

    expect((await early).status).toBe(204);
  });
});
