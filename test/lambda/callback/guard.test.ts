import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { urlGuard } from '../../../lambda/callback/guard.ts';
import { postCallback } from '../../../lambda/callback/post.ts';
import type { CallbackRules } from '../../../lambda/callback/rules.ts';
import { LOOPBACK, PUBLIC_ONLY } from '../../support/callback-rules.ts';

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
function attempt(url: string, rules: CallbackRules, ...addresses: string[]) {
  const resolve: LookupFunction = (_name, _options, done) => {
    const all: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    done(null, all);
  };
  const request = { url, headers: {}, body: '{}' };
  return postCallback(request, { timeoutMs: 2_000, now: Date.now, guard: urlGuard(rules, resolve) });
}

describe('the guard of a connection', () => {
  it('lets a name pass whose address is allowed', async () => {
    expect(await attempt(`http://receiver.example:${port}/`, LOOPBACK, '127.0.0.1')).toEqual({
      outcome: { kind: 'delivered', statusCode: 200 },
    });
  });

  it('refuses a name of which one address is private, and opens no connection', async () => {
    const before = connections;
    expect(await attempt('https://rebinds.example:8443/', PUBLIC_ONLY, '127.0.0.1')).toEqual(REFUSED);
    expect(await attempt('https://rebinds.example:8443/', PUBLIC_ONLY, '8.8.8.8', '127.0.0.1')).toEqual(
      REFUSED,
    );
    expect(await attempt('https://rebinds.example:8443/', LOOPBACK, '127.0.0.1', '10.0.0.1')).toEqual(
      REFUSED,
    );
    expect(connections).toBe(before);
  });

  it('refuses literals, which are never looked up', async () => {
    const before = connections;
    expect(await attempt(`https://127.0.0.1:${port}/`, PUBLIC_ONLY)).toEqual(REFUSED);
    expect(await attempt(`https://0x7f000001:${port}/`, PUBLIC_ONLY)).toEqual(REFUSED);
    expect(await attempt(`https://[::1]:${port}/`, PUBLIC_ONLY)).toEqual(REFUSED);
    expect(await attempt(`https://[::ffff:127.0.0.1]:${port}/`, PUBLIC_ONLY)).toEqual(REFUSED);
    expect(connections).toBe(before);
  });

  it('keeps plain http and odd ports for the allowed networks, whatever name leads there', async () => {
    const before = connections;
    expect(await attempt('http://receiver.example/', LOOPBACK, '8.8.8.8')).toEqual(REFUSED);
    expect(await attempt('http://receiver.example:8443/', LOOPBACK, '8.8.8.8')).toEqual(REFUSED);
    expect(await attempt(`https://receiver.example:${port}/`, LOOPBACK, '8.8.8.8')).toEqual(REFUSED);
    expect(await attempt(`http://mixed.example:${port}/`, LOOPBACK, '127.0.0.1', '8.8.8.8')).toEqual(REFUSED);
    expect(connections).toBe(before);
  });

  it('judges the text again, as submit did', async () => {
    const before = connections;
    expect(await attempt(`http://alice@127.0.0.1:${port}/`, LOOPBACK)).toEqual(REFUSED);
    expect(await attempt(`http:\\\\127.0.0.1:${port}\\`, LOOPBACK)).toEqual(REFUSED);
    expect(await attempt('not a URL', LOOPBACK)).toEqual(REFUSED);
    expect(connections).toBe(before);
  });

  it('refuses the own API and whatever is not among the allowed hosts', async () => {
    const own = { ...LOOPBACK, ownHost: 'receiver.example' };
    expect(await attempt(`http://Receiver.Example.:${port}/`, own, '127.0.0.1')).toEqual(REFUSED);
    const listed = { ...LOOPBACK, allowedHosts: ['*.receiver.example'] };
    expect(await attempt(`http://receiver.example:${port}/`, listed, '127.0.0.1')).toEqual(REFUSED);
    expect(await attempt(`http://127.0.0.1:${port}/`, listed)).toEqual(REFUSED);
    expect(await attempt(`http://eu.receiver.example:${port}/`, listed, '127.0.0.1')).toEqual({
      outcome: { kind: 'delivered', statusCode: 200 },
    });
  });

  it('refuses plain http, where no network is allowed', async () => {
    expect(await attempt('http://receiver.example/', PUBLIC_ONLY, '8.8.8.8')).toEqual(REFUSED);
  });

  it('judges every address of a name, and hands on the first four of each family', async () => {
    const answers = [
      ...['2606:4700::1', '2606:4700::2', '2606:4700::3', '2606:4700::4', '2606:4700::5'],
      ...['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5'],
    ];
    const all = answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const resolve: LookupFunction = (_name, _options, done) => done(null, all);
    const { lookup } = urlGuard(PUBLIC_ONLY, resolve)('https://many.example/');

    const handedOn = await promisify(lookup)('many.example', { all: true });

    expect(handedOn).toEqual([...all.slice(0, 4), ...all.slice(5, 9)]);
  });

  it('takes an empty answer for a fault that may pass, not for a refusal', async () => {
    expect(await attempt('https://nowhere.example/', PUBLIC_ONLY)).toEqual({
      outcome: { kind: 'retry', errorClass: 'dns' },
    });
  });
});
