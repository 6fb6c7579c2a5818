import { describe, expect, it } from 'vitest';
import { refusal } from '../../console/guard.ts';

const TOKEN = 'Zm9yIHRlc3RzIG9ubHk';

const ownPage = {
  host: '127.0.0.1:7072',
  origin: 'http://127.0.0.1:7072',
  'sec-fetch-site': 'same-origin',
  'x-console': '1',
  'x-console-token': TOKEN,
} as const;
const change = { ...ownPage, 'content-type': 'application/json' } as const;

describe('a request to the console', () => {
  it('of its own page is let in', () => {
    expect(refusal({ method: 'GET', headers: ownPage }, TOKEN)).toBeUndefined();
    expect(refusal({ method: 'POST', headers: change }, TOKEN)).toBeUndefined();
  });

  it.each([
    ['localhost:7072', 'http://localhost:7072'],
    ['[::1]:7072', 'http://[::1]:7072'],
    ['LOCALHOST:7072', 'http://localhost:7072'],
  ])('is let in under the name %s, too', (host, origin) => {
    expect(refusal({ method: 'GET', headers: { ...ownPage, host, origin } }, TOKEN)).toBeUndefined();
  });

  it('of a person with curl is let in where no token is asked for', () => {
    const headers = { host: 'localhost:7071', 'x-console': '1' };
    expect(refusal({ method: 'GET', headers }, undefined)).toBeUndefined();
  });

  it.each(['GET', 'POST', 'DELETE', 'OPTIONS'])(
    'to %s without the header that no page elsewhere can send is refused',
    (method) => {
      // A picture elsewhere, in a browser that does not say what a request is for.
      const headers = { host: 'localhost:7071', 'content-type': 'application/json' };
      expect(refusal({ method, headers }, undefined)).toMatchObject({
        status: 403,
        detail: 'A request to the console needs the header x-console: 1.',
      });
    },
  );

  it.each([
    ['a site whose name leads here', { host: 'rebound.example:7072' }, 'not to rebound.example:7072'],
    ['nobody in particular', { host: undefined }, 'not to no host at all'],
    ['a page of another site', { origin: 'https://evil.example' }, 'this one came from https://evil.example'],
    [
      'another server of this machine',
      { origin: 'http://127.0.0.1:3000' },
      'came from http://127.0.0.1:3000',
    ],
    ['a page without an origin', { origin: 'null' }, 'came from null'],
    [
      'a picture on another site',
      { origin: undefined, 'sec-fetch-site': 'cross-site' },
      'elsewhere (cross-site)',
    ],
    ['another port', { origin: undefined, 'sec-fetch-site': 'same-site' }, 'elsewhere (same-site)'],
    ['a plain form', { 'x-console': undefined }, 'needs the header x-console: 1'],
  ])('of %s is refused', (_whose, differences, detail) => {
    const refused = refusal({ method: 'POST', headers: { ...change, ...differences } }, TOKEN);

    expect(refused).toMatchObject({ status: 403, detail: expect.stringContaining(detail) });
  });

  it.each([undefined, '', 'Zm9yIHRlc3RzIG9ubHl', 'Zm9yIHRlc3RzIG9ubHkk'])(
    'with the token %j is refused, be it to look only',
    (token) => {
      const headers = { ...ownPage, 'x-console-token': token };

      expect(refusal({ method: 'GET', headers }, TOKEN)).toMatchObject({
        status: 401,
        detail: expect.stringContaining('Open the address that npm run console has printed'),
      });
    },
  );

  it('that a form could send is refused by its type', () => {
    const headers = { ...change, 'content-type': 'text/plain' };

    expect(refusal({ method: 'POST', headers }, TOKEN)).toMatchObject({
      status: 415,
      detail: 'A POST to the console takes application/json, not text/plain.',
    });
  });
});
