import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo, LookupFunction } from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { urlGuard } from '../../../lambda/callback/guard.ts';
import { postCallback } from '../../../lambda/callback/post.ts';
import { attemptInProcess, CERTIFICATES } from '../../support/attempt-in-process.ts';
import { LOOPBACK } from '../../support/callback-rules.ts';
import { answer, type ScriptedServer, startScriptedServer } from '../../support/scripted-server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function receiver(): Promise<ScriptedServer> {
  const server = await startScriptedServer(answer(200));
  closing.push(server.close);
  return server;
}

const pem = (file: string) => readFileSync(join(CERTIFICATES, `${file}.pem`));

/** Answers 200 over TLS, and closes the connection instead when the second request comes. */
async function closingReceiver(options: tls.TlsOptions) {
  const seen = { requests: 0 };
  const server = tls.createServer(options, (socket) => {
    socket
      .on('error', () => {})
      .on('data', () => {
        seen.requests += 1;
        if (seen.requests === 2) socket.end();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    closing.push(() => socket.destroy());
  });
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `https://receiver.example:${port}/`, seen };
}

const toThisMachine: LookupFunction = (_name, _options, done) =>
  setImmediate(() => done(null, [{ address: '127.0.0.1', family: 4 }]));

const post = (url: string) =>
  postCallback(
    { url, headers: {}, body: '{}' },
    { timeoutMs: 5_000, now: Date.now, guard: urlGuard(LOOPBACK, toThisMachine) },
  );

const delivered = { outcome: { kind: 'delivered', statusCode: 200 } };

describe('the connections of callbacks', () => {
  it('are kept for the same host, and not for another at the same address', async () => {
    const { port, connections } = await receiver();

    for (const host of ['one', 'one', 'two', 'one']) {
      expect(await post(`http://${host}.receiver.example:${port}/`)).toEqual(delivered);
    }
    expect(connections.opened).toBe(2);
  });

  it('are kept for 128 hosts of a scheme at most, so that those that never hang up do not use up the open files', async () => {
    const { port, connections } = await receiver();

    for (let host = 0; host < 140; host += 1) {
      expect(await post(`http://host-${host}.receiver.example:${port}/`)).toEqual(delivered);
    }
    await expect.poll(() => connections.open).toBeLessThanOrEqual(128);
    expect(connections).toMatchObject({ opened: 140 });
    expect(connections.open).toBeGreaterThan(100);
  });

  it('name the host to TLS without the dot at its end', async () => {
    const named: string[] = [];
    const server = tls.createServer(
      {
        cert: pem('receiver'),
        key: pem('receiver-key'),
        SNICallback: (name, done) => {
          named.push(name);
          done(null);
        },
      },
      (socket) => socket.destroy(),
    );
    server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    await post(`https://receiver.example.:${port}/`);

    expect(named).toEqual(['receiver.example']);
  });

  it('that were closed while they were idle are opened again, over TLS as well', async () => {
    tls.setDefaultCACertificates([...tls.getCACertificates(), String(pem('authority'))]);
    const { url, seen } = await closingReceiver({ cert: pem('receiver'), key: pem('receiver-key') });

    expect(await post(url)).toEqual(delivered);
    expect(await post(url)).toEqual(delivered);
    expect(seen.requests).toBe(3);
  });

  it('go to no proxy, whatever the environment says', async () => {
    const proxy = await receiver();
    const { url, requests } = await receiver();
    const at = `http://127.0.0.1:${proxy.port}`;
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: at, http_proxy: at, HTTPS_PROXY: at, ALL_PROXY: at };

    const { answer: got } = await attemptInProcess({ url, timeoutMs: 5_000, bodyBytes: 1, warmUps: [], env });

    expect(got).toEqual(delivered);
    expect(requests).toHaveLength(1);
    expect(proxy.connections.opened).toBe(0);
  });

  it('check certificates, whatever the environment says', async () => {
    const server = tls.createServer({ cert: pem('self-signed'), key: pem('receiver-key') });
    server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

    const { answer: got } = await attemptInProcess({ url, timeoutMs: 5_000, bodyBytes: 1, warmUps: [], env });

    expect(got).toEqual({ outcome: { kind: 'retry', errorClass: 'tls' } });
  });

  it('check certificates again when one that was kept has died, whatever the environment says', async () => {
    const certificate = { cert: pem('receiver'), key: pem('receiver-key') };
    let connections = 0;
    const { url, seen } = await closingReceiver({
      ...certificate,
      // By the name that the callback asks for: trusted at first, then nobody's.
      SNICallback: (_name, done) => {
        connections += 1;
        const cert = connections === 1 ? certificate.cert : pem('self-signed');
        done(null, tls.createSecureContext({ ...certificate, cert }));
      },
    });
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };

    const { answer: got } = await attemptInProcess({
      url,
      timeoutMs: 5_000,
      bodyBytes: 1,
      warmUps: [url],
      env,
    });

    expect(got).toEqual({ outcome: { kind: 'retry', errorClass: 'tls' } });
    expect([connections, seen.requests]).toEqual([2, 2]);
  });
});
