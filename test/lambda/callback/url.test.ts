import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../lambda/callback/public-address.ts';
import { parseCallbackUrl } from '../../../lambda/callback/url.ts';
import { LOOPBACK, PUBLIC_ONLY } from '../../support/callback-rules.ts';

const NOT_ABSOLUTE = 'must be an absolute URL that begins with https:// and names a host';
const NOT_ENCODED = 'has spaces, control characters or backslashes; percent-encode them';
const USERINFO = 'must not carry a user name or password; callbacks are authenticated by their signature';

describe('a callback URL', () => {
  it.each([
    'https://example.com',
    'https://example.com/hooks/42?customer=7&at=a@b',
    'https://example.com:443/',
    'https://example.com:8443/hooks',
    'HTTPS://EXAMPLE.COM/',
    'https://bücher.example/%20',
    `https://example.com/${'x'.repeat(2_028)}`,
  ])('%s is accepted', (raw) => {
    expect(parseCallbackUrl(raw, PUBLIC_ONLY)).toMatchObject({ ok: true });
  });

  it.each([
    ['', NOT_ABSOLUTE],
    ['example.com/hook', NOT_ABSOLUTE],
    ['//example.com/hook', NOT_ABSOLUTE],
    ['/hook', NOT_ABSOLUTE],
    ['ftp://example.com/', NOT_ABSOLUTE],
    ['file:///etc/passwd', NOT_ABSOLUTE],
    ['javascript:alert(1)', NOT_ABSOLUTE],
    ['https:example.com', NOT_ABSOLUTE],
    ['https:///example.com', NOT_ABSOLUTE],
    ['https://', NOT_ABSOLUTE],
    ['https://?q', NOT_ABSOLUTE],
    ['not a url', NOT_ABSOLUTE],
    [' https://example.com/', NOT_ABSOLUTE],
    ['https:\\\\example.com\\', NOT_ABSOLUTE],
    ['\thttps://example.com/', NOT_ABSOLUTE],
    ['https://exa mple.com/', NOT_ENCODED],
    ['https:// example.com/', NOT_ENCODED],
    ['https://example.com/\t', NOT_ENCODED],
    ['https://example.com/\r\nx-evil: 1', NOT_ENCODED],
    ['https://example.com/\u0000', NOT_ENCODED],
    ['https://example.com/\u007f', NOT_ENCODED],
    ['https://example.com\\@evil.example/', NOT_ENCODED],
    ['https://alice:secret@example.com/', USERINFO],
    ['https://alice@example.com/', USERINFO],
    ['https://@example.com/', USERINFO],
    ['https://:@example.com/', USERINFO],
    ['http://example.com/', 'must use https'],
    ['https://example.com:80/', 'names port 80; 443 and 8443 are allowed'],
    ['https://example.com:8080/', 'names port 8080; 443 and 8443 are allowed'],
    ['https://example.com:0/', 'names port 0; 443 and 8443 are allowed'],
    ['https://example.com:99999/', 'is not a URL'],
    ['https://[::1/', 'is not a URL'],
    ['https://127.0.0.1/', 'names the address 127.0.0.1, which is not a public one'],
    ['https://0x7f.1/', 'names the address 127.0.0.1, which is not a public one'],
    ['https://2130706433/', 'names the address 127.0.0.1, which is not a public one'],
    [
      'https://169.254.169.254/latest/meta-data',
      'names the address 169.254.169.254, which is not a public one',
    ],
    ['https://[::ffff:10.0.0.1]/', 'names the address ::ffff:a00:1, which is not a public one'],
    ['https://[64:ff9b::a00:1]/', 'names the address 64:ff9b::a00:1, which is not a public one'],
    ['https://localhost/', 'names the host localhost, which only a private network knows'],
    ['https://LOCALHOST./', 'names the host localhost, which only a private network knows'],
    ['https://db.internal/', 'names the host db.internal, which only a private network knows'],
    ['https://printer/', 'names the host printer, which only a private network knows'],
    [`https://example.com/${'x'.repeat(2_029)}`, 'has 2049 characters; at most 2048 are allowed'],
  ])('%j is refused', (raw, reason) => {
    expect(parseCallbackUrl(raw, PUBLIC_ONLY)).toEqual({ ok: false, reason });
  });

  it('may name allowed networks, and names, by plain http and on any port', () => {
    expect(parseCallbackUrl('http://127.0.0.1:7071/inbox/demo', LOOPBACK)).toMatchObject({ ok: true });
    expect(parseCallbackUrl('http://[::1]:7071/inbox/demo', LOOPBACK)).toMatchObject({ ok: true });
    expect(parseCallbackUrl('http://localhost:7071/inbox/demo', LOOPBACK)).toMatchObject({ ok: true });
  });

  it('is told that it may begin with http:// only where that may be', () => {
    expect(parseCallbackUrl('not a url', LOOPBACK)).toEqual({
      ok: false,
      reason: 'must be an absolute URL that begins with https:// or http:// and names a host',
    });
  });

  it('must be public where its address lies outside of the allowed networks', () => {
    expect(parseCallbackUrl('http://10.0.0.1/', LOOPBACK)).toEqual({ ok: false, reason: 'must use https' });
    expect(parseCallbackUrl('https://10.0.0.1:9000/', LOOPBACK)).toEqual({
      ok: false,
      reason: 'names port 9000; 443 and 8443 are allowed',
    });
    expect(parseCallbackUrl('http://alice@127.0.0.1/', LOOPBACK)).toEqual({ ok: false, reason: USERINFO });
  });

  it.each([
    ['https://a..example.com/', 'an empty label: two dots in a row, or one at its beginning'],
    ['https://example.com../', 'an empty label: two dots in a row, or one at its beginning'],
    [`https://${'a'.repeat(64)}.com/`, 'a label of 64 characters; DNS allows 63'],
    ['https://*.example.com/', 'other characters than letters, digits, hyphens and underscores'],
  ])('names a host that DNS can have: %s has not', (raw, why) => {
    const reason = expect.stringMatching(/^names the host .*, which has /);
    expect(parseCallbackUrl(raw, PUBLIC_ONLY)).toEqual({ ok: false, reason });
    expect(parseCallbackUrl(raw, PUBLIC_ONLY)).toMatchObject({ reason: expect.stringContaining(why) });
  });

  it('is not the own API, however it is written', () => {
    const host = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
    for (const raw of [`https://${host}/api/tasks`, `https://${host.toUpperCase()}.:8443/`]) {
      expect(parseCallbackUrl(raw, PUBLIC_ONLY)).toEqual({
        ok: false,
        reason: `names the host ${host}, which is this API's own`,
      });
    }
  });

  it('is among the allowed hosts where there are such: of a suffix those below it', () => {
    const rules = { ...PUBLIC_ONLY, allowedHosts: ['hooks.example.com', '*.example.org', '8.8.8.8'] };
    const accepted = (host: string) => parseCallbackUrl(`https://${host}/`, rules).ok;

    expect(
      ['hooks.example.com', 'HOOKS.EXAMPLE.COM.', 'a.example.org', 'a.b.example.org', '8.8.8.8'].map(
        accepted,
      ),
    ).toEqual([true, true, true, true, true]);
    expect(['example.org', 'evilexample.org', 'x.hooks.example.com', '8.8.4.4'].map(accepted)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(parseCallbackUrl('https://evil.example/', rules)).toEqual({
      ok: false,
      reason: 'names the host evil.example, which is not among those that this deployment allows',
    });
  });

  it('localhost asks for loopback among the allowed networks, metadata is for none', () => {
    const rules = { ...PUBLIC_ONLY, allowedCidrs: ['10.0.0.0/8', '169.254.0.0/16'] };
    const accepted = (raw: string) => parseCallbackUrl(raw, rules).ok;

    expect(accepted('http://billing.internal:8080/')).toBe(true);
    expect(accepted('http://localhost:8080/')).toBe(false);
    expect(accepted('http://metadata.google.internal/')).toBe(false);
    expect(accepted('http://169.254.169.254/')).toBe(false);
  });

  it('whatever its text is, is read without a fault, and is for a public host where it is accepted', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'https://',
        'http://',
        '@',
        ':',
        '/',
        '\\\\',
        '?',
        '#',
        '.',
        '%',
        '[',
        ']',
        '::',
        ' ',
        '\t',
        '。',
      ),
      fc.constantFrom(
        '127.0.0.1',
        '0x7f',
        '2130706433',
        'localhost',
        'example.com',
        '8.8.8.8',
        '443',
        '::1',
        '１２７',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => `https://${pieces.join('')}`);
    fc.assert(
      fc.property(text, (raw) => {
        const parsed = parseCallbackUrl(raw, PUBLIC_ONLY);
        if (!parsed.ok) return parsed.reason.length < 400;
        const { protocol, port, username, password, hostname } = parsed.url;
        const literal = hostname.replace(/^\[(.*)\]$/, '$1');
        return (
          protocol === 'https:' &&
          ['', '8443'].includes(port) &&
          username + password === '' &&
          (isIP(literal) === 0 || isPublicAddress(literal)) &&
          !/(^|\.)localhost\.?$/.test(hostname)
        );
      }),
      { numRuns: 20_000 },
    );
  });
});
