/** The whole pipeline on the API, authorizer, functions, event source mappings and schedule of an account. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { LetterList } from '../../console/api-types.ts';
import { ops, opsJson, opsReport } from '../support/ops.ts';
import type { Report } from '../support/report.ts';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const TASKS = 60;
const SETTLED_WITHIN_MS = 120_000;
const STACK = ['--stack', 'CallbackCompletion'];

/** How a receiver answers, by the path of the callback URL. */
const RECEIVERS = ['well', 'well', 'flaky', 'down'] as const;

/** @param apiUrl as the stack's output has it; its host is not resolved, but sent */
export async function tryPipeline(apiUrl: string, report: Report): Promise<void> {
  const { host, port } = new URL(apiUrl);
  const { key = '' } = await opsJson('keys', 'create', '--client', 'acme', ...STACK);
  let areAllWell = false;
  const receiver: ScriptedServer = await startScriptedServer((incoming, response) => {
    const { url = '' } = incoming;
    const earlier = postsTo(url).length - 1;
    const fails = !areAllWell && (url.includes('/down/') || (url.includes('/flaky/') && earlier === 0));
    response.writeHead(fails ? 503 : 200).end();
  });
  const postsTo = (path: string) => receiver.requests.filter((posted) => posted.path === path);

  const call = async (method: string, path: string, body?: object, authorization = `Bearer ${key}`) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { host, 'content-type': 'application/json', ...(authorization !== '' && { authorization }) },
    });
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
    sent.once('error', reject).once('response', async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return await promise;
  };

  const ids = new Map<string, string>();
  const statusOf = async (id: string) =>
    (JSON.parse((await call('GET', `/api/tasks/${id}`)).body) as { status: string }).status;
  const settled = async (statuses: readonly string[]) => {
    const untilMs = Date.now() + SETTLED_WITHIN_MS;
    for (;;) {
      const found = await Promise.all([...ids.keys()].map(statusOf));
      if (found.every((status) => statuses.includes(status))) return found;
      if (Date.now() > untilMs) throw new Error(`Tasks are still ${[...new Set(found)].join(', ')}.`);
      await delay(1_000);
    }
  };

  try {
    await report.check('ops keys create makes a key that the API accepts', async () => {
      match(key, /^cck_/);
      equal((await call('GET', '/api/health')).status, 200);
    });
    await report.check('a request without a key is answered 401, one with a wrong key 403', async () => {
      const answers = [
        await call('GET', '/api/health', undefined, ''),
        await call('GET', '/api/health', undefined, 'Bearer cck_wrong'),
      ];
      deepEqual(
        answers.map(({ status }) => status),
        [401, 403],
      );
    });
    await report.check(`${TASKS} tasks are accepted`, async () => {
      for (let index = 0; index < TASKS; index += 1) {
        const path = `/${RECEIVERS[index % RECEIVERS.length]}/${index}`;
        const { status, body } = await call('POST', '/api/tasks', {
          ...(index % 5 === 0
            ? { task_name: 'fail', input: { times: 1 } }
            : { task_name: 'sleep', input: { seconds: 0 } }),
          callback_url: `http://127.0.0.1:${receiver.port}${path}`,
        });
        equal(status, 202, body);
        ids.set((JSON.parse(body) as { task_id: string }).task_id, path);
      }
      equal(ids.size, TASKS);
    });
    await report.check('each is delivered, or dead if its receiver is down', async () => {
      await settled(['delivered', 'dead']);
      for (const [id, path] of ids)
        equal(await statusOf(id), path.startsWith('/down/') ? 'dead' : 'delivered', path);
    });
    await report.check('the dead-letter queue has each dead task, and no other', async () => {
      const { letters } = await opsReport<LetterList>('dlq', 'list', '--limit', '100', ...STACK);
      const dead = [...ids].filter(([, path]) => path.startsWith('/down/')).map(([id]) => id);
      // Two deliveries at the same time may each send a letter: a redrive finds the second one settled.
      deepEqual(new Set(letters.map(({ task_id }) => task_id)), new Set(dead));
    });
    await report.check('after a redrive each is delivered', async () => {
      areAllWell = true;
      const { exitCode, err } = await ops(['dlq', 'redrive', '--yes', ...STACK]);
      equal(exitCode, 0, err);
      await settled(['delivered']);
    });
    await report.check('none is lost, and each callback is verified', async () => {
      equal(ids.size, TASKS);
      const { current = '' } = await opsJson('secret', 'show', '--client', 'acme', ...STACK);
      const webhook = new Webhook(current);
      for (const [id, path] of ids) {
        const posts = postsTo(path);
        const last = posts.at(-1);
        ok(last !== undefined, `${path} got no callback`);
        if (path.startsWith('/flaky/')) ok(posts.length >= 2, path);
        equal(new Set(posts.map(({ body }) => body)).size, 1, path);
        const { task_id, status } = webhook.verify(last.body, last.headers as Record<string, string>) as {
          task_id: string;
          status: string;
        };
        deepEqual([task_id, status], [id, 'completed']);
      }
    });
    // Allowed: callbacks are delivered at least once, and this machine may be too busy for the engine's timeouts.
    const duplicated = [...ids.values()].filter(
      (path) => !path.startsWith('/down/') && postsTo(path).length > (path.startsWith('/flaky/') ? 2 : 1),
    );
    console.log(
      `    ${ids.size} tasks, ${receiver.requests.length} POSTs, ${duplicated.length} callbacks duplicated`,
    );
  } finally {
    await receiver.close();
  }
}
