import { describe, expect, it } from 'vitest';
import { refusal } from '../../console/guard.ts';

const TOKEN = 'Zm9yIHRlc3RzIG9ubHk';

const ownPage = {
  host: '127.0.0.1:7072',
  origin: 'http://127.0.0.1:7072',
  'sec-fetch-site': 'same-origin',
  'x-console-token': TOKEN,
} as const;
const change = { ...ownPage, 'x-console': '1', 'content-type': 'application/json' } as const;

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
    expect(refusal({ method: 'GET', headers: { host: 'localhost:7071' } }, undefined)).toBeUndefined();
  });

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

  it('to delete or to ask for leave is no exception', () => {
    expect(refusal({ method: 'DELETE', headers: ownPage }, TOKEN)?.status).toBe(403);
    expect(refusal({ method: 'OPTIONS', headers: ownPage }, TOKEN)?.status).toBe(403);
  });
});
