import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { submission, submitSchema, submitTo } from '../../console/api/submit.ts';
import { parsed } from '../../console/request.ts';
import { Problem } from '../../lambda/http/problem.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** An API that answers so. */
async function api(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What submitting there came to, refusals included. */
async function submit(apiUrl: string, interrupted = new AbortController().signal): Promise<unknown> {
  const request = submission(apiUrl, { body: { task_name: 'sleep' }, idempotency_key: 'order-1' });
  return await submitTo(request, interrupted).catch(fieldsOf);
}

function fieldsOf(error: unknown): unknown {
  if (error instanceof Problem) return error.fields;
  throw error;
}

const MAY_BE_ACCEPTED =
  'The task may have been accepted: to send it again is safe with the same Idempotency-Key, and may make a second task without.';

describe('the Idempotency-Key of a submission', () => {
  it.each(['order-1', 'order 1 of 2', '~'.repeat(255)])('may be %j', (key) => {
    expect(parsed(submitSchema, { body: {}, idempotency_key: key }).idempotency_key).toBe(key);
  });

  it.each(['', ' ', 'two\r\nlines', 'bell\u0007', 'größe', '鍵', '~'.repeat(256)])(
    'may not be %j, as the API has it',
    (key) => {
      const refused = () => {
        try {
          return parsed(submitSchema, { body: {}, idempotency_key: key });
        } catch (error) {
          return fieldsOf(error);
        }
      };

      expect(refused()).toMatchObject({
        status: 400,
        issues: [
          {
            path: 'idempotency_key',
            message: `must be 1 to 255 printable ASCII characters; ${key.length} were given`,
          },
        ],
      });
    },
  );
});

describe('what the API answers', () => {
  it('is told with its status and headers, be it no JSON', async () => {
    const url = await api((_, response) => response.writeHead(503, { 'retry-after': '2' }).end('busy'));

    expect(await submit(url)).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: 'busy' });
  });

  it('may break off: then nobody knows whether the task was accepted, which is said', async () => {
    const url = await api((_, response) => {
      response.writeHead(202, { 'content-length': '100' }).write('{"status":"acc', () => response.destroy());
    });

    expect(await submit(url)).toMatchObject({
      status: 502,
      detail: expect.stringMatching(
        new RegExp(`^${url} did not answer to the end: .*\\. ${MAY_BE_ACCEPTED}$`),
      ),
    });
  });

  it('may not come at all, as when the connection ends', async () => {
    const url = await api((request) => request.socket.destroy());

    expect(await submit(url)).toMatchObject({
      status: 502,
      detail: expect.stringContaining(MAY_BE_ACCEPTED),
    });
  });

  it('cannot be an acceptance where nobody listens', async () => {
    const url = await api(() => {});
    await new Promise((resolve) => servers.pop()?.close(resolve));

    expect(await submit(url)).toMatchObject({
      status: 502,
      detail: `${url} did not answer: connect ECONNREFUSED ${url.slice('http://'.length)}`,
    });
  });

  it('is not waited for once nobody asks any more', async () => {
    const asking = new AbortController();
    const url = await api(() => asking.abort());

    expect(await submit(url, asking.signal)).toMatchObject({ status: 502 });
  });
});
