import { describe, expect, it } from 'vitest';
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
    ['https://exa mple.com/', NOT_ENCODED],
    [' https://example.com/', NOT_ENCODED],
    ['https://example.com/\t', NOT_ENCODED],
    ['https://example.com/\r\nx-evil: 1', NOT_ENCODED],
    ['https://example.com/\u0000', NOT_ENCODED],
    ['https://example.com/\u007f', NOT_ENCODED],
    ['https:\\\\example.com\\', NOT_ENCODED],
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

  it('must be public where its address lies outside of the allowed networks', () => {
    expect(parseCallbackUrl('http://10.0.0.1/', LOOPBACK)).toEqual({ ok: false, reason: 'must use https' });
    expect(parseCallbackUrl('https://10.0.0.1:9000/', LOOPBACK)).toEqual({
      ok: false,
      reason: 'names port 9000; 443 and 8443 are allowed',
    });
    expect(parseCallbackUrl('http://alice@127.0.0.1/', LOOPBACK)).toEqual({ ok: false, reason: USERINFO });
  });
});
