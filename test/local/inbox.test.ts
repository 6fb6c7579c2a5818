import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { InboxCallback } from '../../console/api-types.ts';
import { standardWebhooksSignature } from '../../lambda/callback/signature.ts';
import { HttpServer } from '../../local/http-server.ts';
import { Inbox } from '../../local/inbox.ts';
import { InboxScripts } from '../../local/inbox-scripts.ts';
import { InboxStore } from '../../local/inbox-store.ts';
import { temporaryDirectory } from './assembly-fixture.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function openInbox(file = join(temporaryDirectory(), 'inbox.jsonl')) {
  const store = new InboxStore(file);
  const inbox = new Inbox({
    store,
    scripts: new InboxScripts(`${file}.responses`),
    signingSecretsOf: async (taskId) => (taskId === 'msg_1' ? [SECRET] : []),
  });
  const server = await HttpServer.listen(0);
  server.serve((url, request, response) => inbox.handle(url, request, response));
  stops.push(() => {
    inbox.stop();
    server.close();
    store.close();
  });
  const at = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
  const list = async (name: string) => (await at(`/inbox/${name}`)).json() as Promise<InboxCallback[]>;
  return { file, at, list };
}

function signedHeaders(
  body: string,
  timestampSeconds = Math.floor(Date.now() / 1_000),
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': standardWebhooksSignature(SECRET, 'msg_1', timestampSeconds, body),
  };
}

const script = (responses: unknown) => ({ method: 'PUT', body: JSON.stringify(responses) });

describe('the inbox', () => {
  it('keeps a callback with its headers and body, and tells that its signature is right', async () => {
    const { at, list } = await openInbox();
    const body = '{"status":"completed"}';

    const response = await at('/inbox/demo', { method: 'POST', body, headers: signedHeaders(body) });

    expect(response.status).toBe(200);
    expect(await list('demo')).toEqual([
      {
        received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        headers: expect.objectContaining({ 'webhook-id': 'msg_1', 'content-type': 'application/json' }),
        body: { status: 'completed' },
        verified: true,
        checks: [
          { name: 'standard webhooks', ok: true },
          { name: 'beam x-task-signature', ok: false, why: 'there is no header x-task-signature' },
          { name: 'timestamp fresh', ok: true },
        ],
        answered: 200,
      },
    ]);
    expect(await list('another')).toEqual([]);
  });

  it('keeps what is not signed, too, as text where it is not JSON', async () => {
    const { at, list } = await openInbox();

    await at('/inbox/demo', { method: 'POST', body: 'response=10' });

    expect(await list('demo')).toMatchObject([{ body: 'response=10', verified: false }]);
  });

  it('answers as scripted, and 200 again afterwards', async () => {
    const { at, list } = await openInbox();
    const responses = [
      { status: 503, headers: { 'retry-after': '2' }, body: 'busy' },
      { status: 204, delay_ms: 150 },
    ];
    expect((await at('/inbox/demo/responses', script(responses))).status).toBe(204);

    const first = await at('/inbox/demo', { method: 'POST', body: '1' });
    const startMs = performance.now();
    const second = await at('/inbox/demo', { method: 'POST', body: '2' });
    const tookMs = performance.now() - startMs;
    const third = await at('/inbox/demo', { method: 'POST', body: '3' });

    expect([first.status, first.headers.get('retry-after'), await first.text()]).toEqual([503, '2', 'busy']);
    expect(second.status).toBe(204);
    expect(tookMs).toBeGreaterThan(140);
    expect(third.status).toBe(200);
    expect((await list('demo')).map(({ body, answered }) => [body, answered])).toEqual([
      [1, 503],
      [2, 204],
      [3, 200],
    ]);
  });

  it('does not answer at all where it is to hang, until the other side gives up', async () => {
    const { at, list } = await openInbox();
    await at('/inbox/demo/responses', script([{ hang: true }]));

    const hung = at('/inbox/demo', { method: 'POST', body: '1', signal: AbortSignal.timeout(300) });

    await expect(hung).rejects.toThrow(/timeout/);
    expect((await at('/inbox/demo', { method: 'POST', body: '2' })).status).toBe(200);
    expect((await list('demo')).map(({ body, answered }) => [body, answered])).toEqual([
      [1, 'hang'],
      [2, 200],
    ]);
  });

  it('goes on with its script after a restart', async () => {
    const before = await openInbox();
    await before.at('/inbox/demo/responses', script([{ status: 503 }, { status: 429 }, { hang: true }]));
    await before.at('/inbox/demo', { method: 'POST', body: '1' });

    const after = await openInbox(before.file);
    const second = await after.at('/inbox/demo', { method: 'POST', body: '2' });

    expect(second.status).toBe(429);
    expect(await (await after.at('/inbox')).json()).toMatchObject([{ count: 2, pending_responses: 1 }]);
  });

  it.each([
    ['an empty script', '/inbox/demo/responses', script([])],
    ['emptying the inbox', '/inbox/demo', { method: 'DELETE' }],
  ])('answers 200 again after %s, and after a restart', async (_, path, request) => {
    const before = await openInbox();
    await before.at('/inbox/demo/responses', script([{ status: 503 }]));

    expect((await before.at(path, request)).status).toBe(204);

    const after = await openInbox(before.file);
    expect((await after.at('/inbox/demo', { method: 'POST', body: '1' })).status).toBe(200);
  });

  it.each([
    '[["demo"',
    'null',
    '"demo"',
    '[null,"demo",["demo"]]',
    '[["demo",null]]',
    '[["demo",[]]]',
    '[["demo",[{"status":999,"headers":{},"delay_ms":0,"body":""}]]]',
    '[["demo",[{"status":503,"headers":{"a b":"\\n"},"delay_ms":0,"body":""}]]]',
  ])('starts where somebody has written %s into its script', async (nonsense) => {
    const file = join(temporaryDirectory(), 'inbox.jsonl');
    appendFileSync(`${file}.responses`, nonsense);

    const { at } = await openInbox(file);

    expect(await (await at('/inbox')).text()).toBe('[]\n');
    expect((await at('/inbox/demo', { method: 'POST', body: '1' })).status).toBe(200);
  });

  it('goes on with the scripts that somebody’s nonsense stands beside', async () => {
    const file = join(temporaryDirectory(), 'inbox.jsonl');
    appendFileSync(`${file}.responses`, '[null,["demo",[{"status":503}]],["other",[{"status":1}]]]');

    const { at } = await openInbox(file);

    expect((await at('/inbox/demo', { method: 'POST', body: '1' })).status).toBe(503);
    expect((await at('/inbox/other', { method: 'POST', body: '1' })).status).toBe(200);
  });

  it.each([
    'null',
    '7',
    '[]',
    '{}',
    '{"name":"demo"}',
    '{"name":"demo","callback":null}',
    '{"name":"demo","callback":{"received_at":"soon","headers":{},"body":1,"verified":true}}',
    '{"name":"demo","callback":{"received_at":"2026-11-21T07:00:00.000Z","headers":null,"verified":true}}',
    '{"name":"demo","callback":{"received_at":"2026-11-21T07:00:00.000Z","headers":{},"verified":true,"checks":1}}',
  ])('starts where somebody has written %s among its callbacks', async (nonsense) => {
    const before = await openInbox();
    await before.at('/inbox/demo', { method: 'POST', body: '1' });
    appendFileSync(before.file, `${nonsense}\n`);

    const after = await openInbox(before.file);
    await after.at('/inbox/demo', { method: 'POST', body: '2' });

    expect((await after.list('demo')).map(({ body }) => body)).toEqual([1, 2]);
    expect(await (await after.at('/inbox')).json()).toMatchObject([{ name: 'demo', count: 2 }]);
  });

  it('has no answer run as a page of this address, whatever its script says', async () => {
    const { at } = await openInbox();
    const headers = {
      'Content-Security-Policy': "default-src 'unsafe-inline'",
      'content-security-policy': '',
      'X-Content-Type-Options': 'sniff',
      'content-type': 'text/html',
    };
    const body = '<script>alert(1)</script>';
    await at('/inbox/demo/responses', script([{ status: 200, headers, body }]));

    const answers = await Promise.all([
      at('/inbox/demo', { method: 'POST', body: '1' }),
      at('/inbox/other', { method: 'POST', body: '1' }),
      at('/inbox/demo'),
      at('/inbox'),
      at('/inbox/demo', { method: 'PATCH' }),
      at('/inbox/demo/responses', script({})),
      at('/inbox/a/b'),
      at('/inbox/third', { method: 'DELETE' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 405, 400, 404, 204]);
    for (const { headers } of answers) {
      expect(headers.get('content-security-policy')).toBe('sandbox');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect([answers[0]?.headers.get('content-type'), await answers[0]?.text()]).toEqual(['text/html', body]);
  });

  it.each([
    ['callback', '/inbox/demo', 'POST', 'callbacks'],
    ['script', '/inbox/demo/responses', 'PUT', 'scripts'],
  ])('refuses a %s of more than 10 MiB', async (_what, path, method, words) => {
    const { at } = await openInbox();

    const response = await at(path, { method, body: ' '.repeat(10 * 1024 * 1024 + 1) });

    expect([response.status, await response.json()]).toMatchObject([
      413,
      { title: 'Content Too Large', detail: `The inbox takes ${words} of up to 10485760 bytes` },
    ]);
  });

  it('keeps as text what nests too deep to be written again', async () => {
    const { at, list } = await openInbox();
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect((await at('/inbox/demo', { method: 'POST', body: deep })).status).toBe(200);

    expect((await list('demo')).map(({ body }) => body)).toEqual([deep]);
  });

  it('still lists what an older version has taken, which did not note its answer', async () => {
    const file = join(temporaryDirectory(), 'inbox.jsonl');
    const callback = { received_at: '2026-11-21T07:00:00.000Z', headers: {}, body: 1, verified: false };
    appendFileSync(file, `${JSON.stringify({ name: 'demo', callback })}\n`);

    const { list } = await openInbox(file);

    expect(await list('demo')).toEqual([callback]);
  });

  it('ends what it lists with a newline, so that a shell’s prompt stands on its own line', async () => {
    const { at } = await openInbox();

    expect(await (await at('/inbox/demo')).text()).toBe('[]\n');
    expect(await (await at('/inbox')).text()).toBe('[]\n');
  });

  it('tells which inboxes there are, also one whose answers are scripted before anything came', async () => {
    const { at } = await openInbox();
    const body = '{"status":"completed"}';
    await at('/inbox/demo', { method: 'POST', body, headers: signedHeaders(body) });
    await at('/inbox/demo', { method: 'POST', body: '2' });
    await at('/inbox/strict/responses', script([{ status: 503 }, { hang: true }]));

    expect(await (await at('/inbox')).json()).toEqual([
      {
        name: 'demo',
        count: 2,
        last_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        verified: 1,
        pending_responses: 0,
      },
      { name: 'strict', count: 0, last_at: null, verified: 0, pending_responses: 2 },
    ]);
  });

  it.each([
    [[{ hang: true, status: 503 }], '0.status'],
    [[{ delay_ms: 5 }], '0.status'],
    [[{ hang: false }], '0.hang'],
    [{ status: 503 }, ''],
    [[{ status: 99 }], '0.status'],
    [[{ status: 200 }, { status: 200, delay_ms: -1 }], '1.delay_ms'],
    [[{ status: 200, colour: 'red' }], '0'],
    [[{ status: 200, headers: { 'not a header': 'x' } }], '0.headers.not a header'],
  ])('refuses the script %j and tells where it is wrong', async (responses, path) => {
    const { at } = await openInbox();

    const response = await at('/inbox/demo/responses', script(responses));

    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining('[{"status":503'),
      issues: [{ path }],
    });
  });

  it('can be emptied', async () => {
    const { at, list } = await openInbox();
    await at('/inbox/demo', { method: 'POST', body: '1' });
    await at('/inbox/other', { method: 'POST', body: '2' });

    expect((await at('/inbox/demo', { method: 'DELETE' })).status).toBe(204);

    expect(await list('demo')).toEqual([]);
    expect(await list('other')).toHaveLength(1);
  });

  it('tells which methods there are', async () => {
    const { at } = await openInbox();

    const response = await at('/inbox/demo', { method: 'PATCH' });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, GET, POST']);
    expect((await at('/inbox/a/b/c')).status).toBe(404);
    expect((await at('/inbox/')).status).toBe(404);
  });

  it('still holds after a restart what it answered, whatever a kill left of the last line', async () => {
    const before = await openInbox();
    await before.at('/inbox/demo', { method: 'POST', body: '1' });
    appendFileSync(before.file, '{"name":"demo","callb');

    const after = await openInbox(before.file);
    await after.at('/inbox/demo', { method: 'POST', body: '2' });

    expect((await after.list('demo')).map(({ body }) => body)).toEqual([1, 2]);
    expect((await (await openInbox(before.file)).list('demo')).map(({ body }) => body)).toEqual([1, 2]);
  });

  it('forgets the oldest when it is full', () => {
    const store = new InboxStore(join(temporaryDirectory(), 'inbox.jsonl'), 2);
    for (const body of [1, 2, 3]) store.add('demo', { received_at: '', headers: {}, body, verified: false });

    expect(store.page('demo', { limit: 10 }).callbacks.map(({ body }) => body)).toEqual([2, 3]);
    expect(store.summaries().get('demo')?.count).toBe(2);
    store.close();
  });

  it('no longer lists an inbox of which everything is forgotten', () => {
    const store = new InboxStore(join(temporaryDirectory(), 'inbox.jsonl'), 1);
    store.add('first', { received_at: '', headers: {}, body: 1, verified: true });
    store.add('second', { received_at: '', headers: {}, body: 2, verified: false });

    expect([...store.summaries().keys()]).toEqual(['second']);
    store.close();
  });

  it('lists what came in pages: the latest first, each page oldest first', async () => {
    const { at } = await openInbox();
    for (const body of ['1', '2', '3', '4', '5']) await at('/inbox/demo', { method: 'POST', body });
    await at('/inbox/other', { method: 'POST', body: '6' });

    const latest = await at('/inbox/demo?limit=2');
    expect(((await latest.json()) as InboxCallback[]).map(({ body }) => body)).toEqual([4, 5]);
    expect(latest.headers.get('link')).toBe('</inbox/demo?limit=2&before=4>; rel="prev"');
    const middle = await at('/inbox/demo?limit=2&before=4');
    expect(((await middle.json()) as InboxCallback[]).map(({ body }) => body)).toEqual([2, 3]);
    expect(middle.headers.get('link')).toBe('</inbox/demo?limit=2&before=2>; rel="prev"');
    const oldest = await at('/inbox/demo?limit=2&before=2');
    expect(((await oldest.json()) as InboxCallback[]).map(({ body }) => body)).toEqual([1]);
    expect(oldest.headers.get('link')).toBe(null);
  });

  it('lists no more than a thousand at once', async () => {
    const file = join(temporaryDirectory(), 'inbox.jsonl');
    const callback = { received_at: '2026-11-21T07:00:00.000Z', headers: {}, verified: false };
    for (let body = 1; body <= 1_001; body++) {
      appendFileSync(file, `${JSON.stringify({ name: 'demo', callback: { ...callback, body } })}\n`);
    }
    const { at } = await openInbox(file);

    const answer = await at('/inbox/demo');

    const bodies = ((await answer.json()) as InboxCallback[]).map(({ body }) => body);
    expect([bodies.length, bodies[0], bodies.at(-1)]).toEqual([1_000, 2, 1_001]);
    expect(answer.headers.get('link')).toBe('</inbox/demo?limit=1000&before=2>; rel="prev"');
  });

  it('lists fewer where callbacks are long, so that an answer stays small', async () => {
    const { at } = await openInbox();
    const body = JSON.stringify('x'.repeat(9_000_000));
    for (let number = 1; number <= 2; number++) await at('/inbox/demo', { method: 'POST', body });

    const latest = await at('/inbox/demo');

    expect((await latest.json()) as InboxCallback[]).toHaveLength(1);
    expect(latest.headers.get('link')).toBe('</inbox/demo?limit=1000&before=2>; rel="prev"');
  });

  it('lists bodies as they came, also those that are not ASCII, and after others were emptied', async () => {
    const { at, list } = await openInbox();
    await at('/inbox/other', { method: 'POST', body: '"größer"' });
    await at('/inbox/demo', { method: 'POST', body: '"日本"' });
    await at('/inbox/other', { method: 'DELETE' });
    await at('/inbox/demo', { method: 'POST', body: '"é"' });

    expect((await list('demo')).map(({ body }) => body)).toEqual(['日本', 'é']);
  });

  it.each(['limit=0', 'limit=1001', 'limit=many', 'before=0'])('refuses a list with %s', async (query) => {
    const { at } = await openInbox();

    const answer = await at(`/inbox/demo?${query}`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringContaining('limit, a whole number from 1 to 1000'),
    });
  });
});
