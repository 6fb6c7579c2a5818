import http from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { closingIdleOnFailure, withIdleLimit } from '../../lambda/kept-connections.ts';
import { answer, startScriptedServer } from '../support/scripted-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function server() {
  const started = await startScriptedServer(answer(200));
  closing.push(started.close);
  return started;
}

function kept(agent: http.Agent): http.Agent {
  closing.push(() => agent.destroy());
  return agent;
}

/** Returns the status, once the connection is free for the next request. */
async function get(url: string, agent: http.Agent, timeoutMs = 5_000): Promise<number | undefined> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.get(url, { agent }, resolve).on('error', reject);
    const timer = setTimeout(() => request.destroy(new Error('timeout')), timeoutMs);
    request.on('close', () => clearTimeout(timer));
  });
  await text(response);
  await new Promise(setImmediate);
  return response.statusCode;
}

describe('an agent with an idle limit', () => {
  it('uses a connection that was idle for less, and opens a new one instead of one that was idle for longer', async () => {
    const { url, connections } = await server();
    let nowMs = 0;
    const agent = kept(withIdleLimit(new http.Agent({ keepAlive: true }), 30_000, () => nowMs));

    await get(url, agent);
    nowMs = 29_999;
    await get(url, agent);
    expect(connections.opened).toBe(1);
    nowMs += 30_000;
    await get(url, agent);
    expect(connections.opened).toBe(2);
    await expect.poll(() => connections.open).toBe(1);
  });

  it('closes all connections that were idle for too long, also those to other hosts', async () => {
    const [one, other] = [await server(), await server()];
    let nowMs = 0;
    const agent = kept(withIdleLimit(new http.Agent({ keepAlive: true }), 30_000, () => nowMs));
    await Promise.all([get(one.url, agent), get(one.url, agent), get(other.url, agent)]);
    expect(one.connections.open).toBe(2);

    nowMs = 30_000;
    await get(one.url, agent);

    await expect.poll(() => [one.connections.open, other.connections.open]).toEqual([1, 0]);
  });
});

describe('an agent that closes idle connections after a failure', () => {
  it('opens a new connection for the request after one that failed on a kept connection', async () => {
    const { port } = await server();
    const proxy = await startTcpProxy(port);
    closing.push(proxy.close);
    const agent = kept(closingIdleOnFailure(new http.Agent({ keepAlive: true })));
    await Promise.all([1, 2, 3].map(() => get(proxy.url, agent)));
    expect(proxy.connections.open).toBe(3);

    proxy.silenceOpen();

    await expect(get(proxy.url, agent, 50)).rejects.toThrow('timeout');
    expect(await get(proxy.url, agent)).toBe(200);
    expect(proxy.connections.opened).toBe(4);
    await expect.poll(() => proxy.connections.open).toBe(1);
  });

  it('keeps the others if a request fails on a new connection', async () => {
    const { url, connections } = await server();
    const agent = kept(closingIdleOnFailure(new http.Agent({ keepAlive: true })));
    await Promise.all([get(url, agent), get(url, agent)]);

    const closed = await startScriptedServer(answer(200));
    await closed.close();
    await expect(get(closed.url, agent)).rejects.toThrow('ECONNREFUSED');

    await get(url, agent);
    expect(connections).toEqual({ opened: 2, open: 2 });
  });
});
