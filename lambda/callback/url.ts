import { isIP } from 'node:net';
import { isInCidrs, mayBeCalled } from './public-address.ts';

/** The longest callback URL that is accepted, in characters. */
const MAX_CALLBACK_URL_LENGTH = 2_048;

/** Ports that public receivers may listen on. */
const PUBLIC_PORTS: ReadonlySet<string> = new Set(['', '8443']);

/** Names of special use (RFC 6761, 6762, 7686, 8375, 9476), and those of a single label. */
const PRIVATE_NAME = /^[^.]*$|(^|\.)(localhost|local|internal|home\.arpa|onion|alt|invalid)$/;

export type ParsedCallbackUrl =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: string };

/**
 * Decides from the text alone whether a callback URL may be accepted. What a name resolves to can only be told when
 * the connection is made: that is for `urlGuard`.
 *
 * @param raw the string as the client sent it; `new URL` would silently drop tabs and turn backslashes round
 * @param allowedCidrs networks that callbacks may reach besides public ones; with any, plain http and other
 *   ports may be named
 */
export function parseCallbackUrl(raw: string, allowedCidrs: readonly string[]): ParsedCallbackUrl {
  if (raw.length > MAX_CALLBACK_URL_LENGTH) {
    return refuse(`has ${raw.length} characters; at most ${MAX_CALLBACK_URL_LENGTH} are allowed`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(raw)) {
    return refuse('has spaces, control characters or backslashes; percent-encode them');
  }
  if (!/^https?:\/\/[^/?#]/i.test(raw)) {
    return refuse('must be an absolute URL that begins with https:// and names a host');
  }
  if (!URL.canParse(raw)) return refuse('is not a URL');
  const url = new URL(raw);
  if (url.username !== '' || url.password !== '' || authorityOf(raw).includes('@')) {
    return refuse('must not carry a user name or password; callbacks are authenticated by their signature');
  }
  if (!mayBePrivate(url, allowedCidrs)) {
    if (url.protocol !== 'https:') return refuse('must use https');
    if (!PUBLIC_PORTS.has(url.port)) return refuse(`names port ${url.port}; 443 and 8443 are allowed`);
  }
  const host = hostOf(url);
  if (isIP(host) !== 0 && !mayBeCalled(host, allowedCidrs)) {
    return refuse(`names the address ${host}, which is not a public one`);
  }
  if (isIP(host) === 0 && allowedCidrs.length === 0 && PRIVATE_NAME.test(host)) {
    return refuse(`names the host ${host}, which only a private network knows`);
  }
  return { ok: true, url };
}

function mayBePrivate(url: URL, allowedCidrs: readonly string[]): boolean {
  if (allowedCidrs.length === 0) return false;
  const host = hostOf(url);
  return isIP(host) === 0 || isInCidrs(host, allowedCidrs);
}

/** Without the brackets of IPv6 and the dots that may end a name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.+$/, '');
}

function authorityOf(raw: string): string {
  return raw.replace(/^https?:\/\//i, '').split(/[/?#]/, 1)[0] ?? '';
}

function refuse(reason: string): ParsedCallbackUrl {
  return { ok: false, reason };
}
