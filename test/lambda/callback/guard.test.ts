import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { urlGuard } from '../../../lambda/callback/guard.ts';
import { postCallback } from '../../../lambda/callback/post.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];
const REFUSED = { outcome: { kind: 'give-up', reason: 'url-refused' } };

let connections = 0;
const server = createServer((_request, response) => response.end());
server.on('connection', () => {
  connections += 1;
});
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Makes an attempt; names mean these addresses. */
function attempt(url: string, allowedCidrs: readonly string[], ...addresses: string[]) {
  const resolve: LookupFunction = (_name, _options, done) => {
    const all: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    done(null, all);
  };
  const request = { url, headers: {}, body: '{}' };
  return postCallback(request, { timeoutMs: 2_000, now: Date.now, ...urlGuard(allowedCidrs, resolve) });
}

describe('the guard of a connection', () => {
  it('lets a name pass whose address is allowed', async () => {
    expect(await attempt(`http://receiver.example:${port}/`, LOOPBACK, '127.0.0.1')).toEqual({
      outcome: { kind: 'delivered', statusCode: 200 },
    });
  });

  it('refuses a name of which one address is private, and opens no connection', async () => {
    const before = connections;
    expect(await attempt(`https://rebinds.example:${port}/`, [], '127.0.0.1')).toEqual(REFUSED);
    expect(await attempt(`https://rebinds.example:${port}/`, [], '8.8.8.8', '127.0.0.1')).toEqual(REFUSED);
    expect(await attempt(`https://rebinds.example:${port}/`, LOOPBACK, '127.0.0.1', '10.0.0.1')).toEqual(
      REFUSED,
    );
    expect(connections).toBe(before);
  });

  it('refuses literals, which are never looked up', async () => {
    const before = connections;
    expect(await attempt(`https://127.0.0.1:${port}/`, [])).toEqual(REFUSED);
    expect(await attempt(`https://0x7f000001:${port}/`, [])).toEqual(REFUSED);
    expect(await attempt(`https://[::1]:${port}/`, [])).toEqual(REFUSED);
    expect(await attempt(`https://[::ffff:127.0.0.1]:${port}/`, [])).toEqual(REFUSED);
    expect(connections).toBe(before);
  });

  it('refuses plain http, where no network is allowed', async () => {
    expect(await attempt('http://receiver.example/', [], '8.8.8.8')).toEqual(REFUSED);
  });

  it('refuses a name without an address', async () => {
    expect(await attempt('https://nowhere.example/', [])).toEqual(REFUSED);
  });
});
