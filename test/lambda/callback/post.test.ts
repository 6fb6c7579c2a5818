import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { urlGuard } from '../../../lambda/callback/guard.ts';
import { RefusedUrlError } from '../../../lambda/callback/outcome.ts';
import { type PostOptions, postCallback } from '../../../lambda/callback/post.ts';
import { LOOPBACK } from '../../support/callback-rules.ts';
import {
  answer,
  reset,
  type ScriptedServer,
  silence,
  startScriptedServer,
} from '../../support/scripted-server.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function receiver(...script: RequestListener[]): Promise<ScriptedServer> {
  const server = await startScriptedServer(...script);
  servers.push(server);
  return server;
}

const OPTIONS: PostOptions = { timeoutMs: 5_000, now: () => 784_111_477_000, guard: urlGuard(LOOPBACK) };

const callbackTo = (url: string) => ({
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'a-task' },
  body: '{"text":"Grüße"}',
});

const post = (url: string, options: Partial<PostOptions> = {}) =>
  postCallback(callbackTo(url), { ...OPTIONS, ...options });

const delivered = { outcome: { kind: 'delivered', statusCode: 200 } };

describe('one attempt at a callback', () => {
  it('is a POST of exactly the given body, of which nobody asks for a compressed answer', async () => {
    const { url, requests } = await receiver(answer(204));

    expect(await post(url)).toEqual({ outcome: { kind: 'delivered', statusCode: 204 } });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        path: '/hook',
        headers: {
          'content-type': 'application/json',
          'content-length': '18',
          'webhook-id': 'a-task',
          'accept-encoding': 'identity',
        },
        body: '{"text":"Grüße"}',
      },
    ]);
  });

  it('keeps nothing of the body of a 2xx', async () => {
    const { url } = await receiver(answer(200, {}, 'thank you'));

    expect(await post(url)).toEqual(delivered);
  });

  it('tells what the receiver said that is not 2xx, and when it wants to be asked again', async () => {
    const { url } = await receiver(
      answer(503, { 'retry-after': '120' }, 'closed for lunch'),
      answer(503, { 'retry-after': 'Sun, 06 Nov 1994 08:49:37 GMT' }),
      answer(410),
    );

    expect(await post(url)).toEqual({
      outcome: { kind: 'retry', statusCode: 503, retryAfterMs: 120_000 },
      excerpt: 'closed for lunch',
    });
    expect(await post(url)).toEqual({ outcome: { kind: 'retry', statusCode: 503, retryAfterMs: 300_000 } });
    expect(await post(url)).toEqual({ outcome: { kind: 'give-up', reason: 'gone', statusCode: 410 } });
  });

  it('keeps the first 200 bytes of a long answer', async () => {
    const { url } = await receiver(answer(500, {}, `${'a'.repeat(150)}${'b'.repeat(150)}`));

    expect(await post(url)).toEqual({
      outcome: { kind: 'retry', statusCode: 500 },
      excerpt: `${'a'.repeat(150)}${'b'.repeat(50)}`,
    });
  });

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const elsewhere = await receiver(answer(200));
    const { url, requests } = await receiver(answer(status, { location: elsewhere.url }));

    expect(await post(url)).toEqual({ outcome: { kind: 'retry', statusCode: status } });
    expect(requests).toHaveLength(1);
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('a receiver that is slow', () => {
  it('has timed out where no answer has begun', async () => {
    const { url } = await receiver(silence);

    expect(await post(url, { timeoutMs: 100 })).toEqual({
      outcome: { kind: 'retry', errorClass: 'timeout' },
    });
  });

  it('has timed out where its name is not resolved', async () => {
    const neverResolves: LookupFunction = () => {};

    expect(
      await post('http://slow.example/', { timeoutMs: 100, guard: urlGuard(LOOPBACK, neverResolves) }),
    ).toEqual({
      outcome: { kind: 'retry', errorClass: 'timeout' },
    });
  });

  it('has its own time: the limit of the attempt before it on the same connection is over', async () => {
    const { url } = await receiver(answer(200), (_request, response) => {
      setTimeout(() => response.writeHead(200).end(), 400);
    });

    expect(await post(url, { timeoutMs: 200 })).toEqual(delivered);
    expect(await post(url)).toEqual(delivered);
  });

  it('has the callback once it has said 200, however slowly its body drips', async () => {
    const { url } = await receiver((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });

    expect(await post(url, { timeoutMs: 300 })).toEqual(delivered);
  });

  it('is told by its status line and by what came, where it stops within the body', async () => {
    const { url } = await receiver((_request, response) => {
      response.writeHead(500);
      response.write('the beginning of a story');
    });

    expect(await post(url, { timeoutMs: 300 })).toEqual({
      outcome: { kind: 'retry', statusCode: 500 },
      excerpt: 'the beginning of a story',
    });
  });
});

describe('a receiver that misbehaves', () => {
  it('has the callback once it has said 200, although its body never ends', async () => {
    let written = 0;
    const { url } = await receiver((_request, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) break;
        }
      };
      response.on('drain', more);
      more();
    });
    const startedAt = Date.now();

    expect(await post(url)).toEqual(delivered);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    expect(written).toBeLessThan(50_000_000);
  });

  it('has the callback once it has said 200, although it breaks off within its body', async () => {
    const { url } = await receiver((request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('the beginning of a story', () =>
        setTimeout(() => request.socket.resetAndDestroy(), 50),
      );
    });

    expect(await post(url)).toEqual(delivered);
  });

  it('is not called twice where it breaks off within its body on a connection that was used before', async () => {
    const { url, requests } = await receiver(answer(200), (request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('the beginning of a story', () =>
        setTimeout(() => request.socket.resetAndDestroy(), 50),
      );
    });

    expect(await post(url)).toEqual(delivered);
    expect(await post(url)).toEqual(delivered);
    expect(requests).toHaveLength(2);
  });

  it('that closes a new connection without an answer is not asked again within the attempt', async () => {
    const { url, requests } = await receiver(reset);

    expect(await post(url)).toEqual({ outcome: { kind: 'retry', errorClass: 'connection-reset' } });
    expect(requests).toHaveLength(1);
  });

  it('that closes an idle connection just as it is used again is asked once more', async () => {
    const { url, requests } = await receiver(answer(200), reset, answer(200));

    expect(await post(url)).toEqual(delivered);
    expect(await post(url)).toEqual(delivered);
    expect(requests).toHaveLength(3);
  });

  it('has not answered a callback by what it said before it was asked', async () => {
    const { url, requests } = await receiver(
      (request, response) => {
        response.writeHead(200, { 'content-length': '0' }).end();
        setTimeout(() => request.socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), 50);
      },
      answer(500, { 'content-length': '0' }),
    );

    expect(await post(url)).toEqual(delivered);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await post(url)).toEqual({ outcome: { kind: 'retry', statusCode: 500 } });
    expect(requests).toHaveLength(2);
  });

  it('that closes a used connection after the beginning of an answer is not asked again', async () => {
    const { url, requests } = await receiver(answer(200), (request) => {
      request.socket.write('HTTP/1.1 20', () => setTimeout(() => request.socket.resetAndDestroy(), 50));
    });

    expect(await post(url)).toEqual(delivered);
    expect(await post(url)).toEqual({ outcome: { kind: 'retry', errorClass: 'connection-reset' } });
    expect(requests).toHaveLength(2);
  });

  it('that closes all its idle connections at once is asked again over a new one', async () => {
    const later: RequestListener = (_request, response) =>
      setTimeout(() => response.writeHead(200).end(), 50);
    const { url, requests } = await receiver(later, later, reset, answer(200));

    expect(await Promise.all([post(url), post(url)])).toEqual([delivered, delivered]);
    // Two kept connections: were the second taken, it would be a reset, too.
    expect(await post(url)).toEqual(delivered);
    expect(requests).toHaveLength(4);
  });

  it('that sends headers without end is a fault of the protocol', async () => {
    const { url } = await receiver(answer(200, { 'x-long': 'x'.repeat(20_000) }));

    expect(await post(url)).toEqual({ outcome: { kind: 'retry', errorClass: 'protocol' } });
  });

  it('that speaks no TLS where it should is told as such', async () => {
    const { port } = await receiver(answer(200));

    expect(await post(`https://127.0.0.1:${port}/`)).toEqual({
      outcome: { kind: 'retry', errorClass: 'tls' },
    });
  });
});

describe('a header', () => {
  it('cannot end another: nothing is sent', async () => {
    const { url, requests } = await receiver(answer(200));
    const request = { ...callbackTo(url), headers: { 'x-task-status': 'completed\r\nx-evil: 1' } };

    expect(await postCallback(request, OPTIONS)).toEqual({
      outcome: { kind: 'retry', errorClass: 'protocol' },
    });
    expect(requests).toEqual([]);
  });
});

describe('a receiver that cannot be reached', () => {
  it('refuses the connection', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));

    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({
      outcome: { kind: 'retry', errorClass: 'connection-refused' },
    });
  });

  it('has no address', async () => {
    const lookup: LookupFunction = (_name, _options, done) =>
      done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), '');

    expect(await post('http://nowhere.example/', { guard: urlGuard(LOOPBACK, lookup) })).toEqual({
      outcome: { kind: 'retry', errorClass: 'dns' },
    });
  });

  it('must not be reached, where its address is refused', async () => {
    const lookup: LookupFunction = (_name, _options, done) =>
      done(new RefusedUrlError('10.0.0.1 is private'), '');

    expect(await post('http://inside.example/', { guard: urlGuard(LOOPBACK, lookup) })).toEqual({
      outcome: { kind: 'give-up', reason: 'url-refused' },
    });
  });
});
