import { BlockList, isIP } from 'node:net';

/** The longest callback URL that is accepted, in characters. */
const MAX_CALLBACK_URL_LENGTH = 2_048;

/** Ports that public receivers may listen on. */
const PUBLIC_PORTS: ReadonlySet<string> = new Set(['', '8443']);

export type ParsedCallbackUrl =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: string };

/**
 * Decides from the text alone whether a callback URL may be accepted. What a name resolves to can only be told when
 * the connection is made: that is for the `lookup` of `postCallback`.
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
  return { ok: true, url };
}

/** Whether an address lies in one of the networks. */
export function isInCidrs(address: string, cidrs: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const networks = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/');
    networks.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return networks.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function mayBePrivate(url: URL, allowedCidrs: readonly string[]): boolean {
  if (allowedCidrs.length === 0) return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(host) === 0 || isInCidrs(host, allowedCidrs);
}

function authorityOf(raw: string): string {
  return raw.replace(/^https?:\/\//i, '').split(/[/?#]/, 1)[0] ?? '';
}

function refuse(reason: string): ParsedCallbackUrl {
  return { ok: false, reason };
}
