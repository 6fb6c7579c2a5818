import {
  faultOfName,
  hostOf,
  isAddress,
  isListed,
  isLocalhost,
  isMetadataName,
  isPrivateName,
} from './host-name.ts';
import { allowsLoopback, isInCidrs, mayBeCalled } from './public-address.ts';
import type { CallbackRules } from './rules.ts';

/** The longest callback URL that is accepted, in characters. */
const MAX_CALLBACK_URL_LENGTH = 2_048;

/** Ports that public receivers may listen on; the first is 443, which a URL does not show. */
const PUBLIC_PORTS: ReadonlySet<string> = new Set(['', '8443']);

export type ParsedCallbackUrl =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: string };

/**
 * Decides from the text alone whether a callback URL may be called: when it is submitted, and again before each
 * attempt. What a name resolves to can only be told when the connection is made: that is for `urlGuard`.
 *
 * @param raw the string as the client sent it; `new URL` would silently drop tabs and turn backslashes round
 */
export function parseCallbackUrl(raw: string, rules: CallbackRules): ParsedCallbackUrl {
  const unreadable = faultOfText(raw, rules);
  if (unreadable !== undefined) return { ok: false, reason: unreadable };
  const url = new URL(raw);
  const reason = faultOfHost(url, rules) ?? faultOfReach(url, rules);
  return reason === undefined ? { ok: true, url } : { ok: false, reason };
}

/** Whether a URL asks for what a public address must be asked for by: https, on one of the ports for it. */
export function isForPublicAddress({ protocol, port }: URL): boolean {
  return protocol === 'https:' && PUBLIC_PORTS.has(port);
}

function faultOfText(raw: string, { allowedCidrs }: CallbackRules): string | undefined {
  if (raw.length > MAX_CALLBACK_URL_LENGTH) {
    return `has ${raw.length} characters; at most ${MAX_CALLBACK_URL_LENGTH} are allowed`;
  }
  // First what it is at all: 'not a url' has spaces too, but to encode them would not make it one.
  if (!/^https?:\/\/[^/?#]/i.test(raw)) {
    const schemes = allowedCidrs.length > 0 ? 'https:// or http://' : 'https://';
    return `must be an absolute URL that begins with ${schemes} and names a host`;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  if (/[\u0000-\u0020\u007f\\]/.test(raw)) {
    return 'has spaces, control characters or backslashes; percent-encode them';
  }
  if (!raw.isWellFormed()) return 'has half of a surrogate pair; percent-encode its characters as UTF-8';
  const authority = raw.replace(/^https?:\/\//i, '').split(/[/?#]/, 1)[0] ?? '';
  if (authority.includes('@')) {
    return 'must not carry a user name or password; callbacks are authenticated by their signature';
  }
  if (authority.includes('%')) return 'has a percent-encoded host; write the host as it is';
  return URL.canParse(raw) ? undefined : 'is not a URL';
}

/** What holds for every scheme and in every network. */
function faultOfHost(url: URL, { allowedHosts, ownHost }: CallbackRules): string | undefined {
  const host = hostOf(url);
  if (!isAddress(url)) {
    const fault = faultOfName(host);
    if (fault !== undefined) return `names the host ${shortened(host)}, which ${fault}`;
    if (isMetadataName(host)) return `names the host ${host}, by which a cloud offers credentials`;
    if (host === ownHost) return `names the host ${host}, which is this API's own`;
  }
  if (allowedHosts !== 'any' && !isListed(host, allowedHosts)) {
    // Not which they are: a client is not told whom the others call.
    return `names the host ${host}, which is not among those that this deployment allows`;
  }
  return undefined;
}

/** What must be public, unless networks are allowed besides. */
function faultOfReach(url: URL, { allowedCidrs }: CallbackRules): string | undefined {
  const host = hostOf(url);
  // What a name means is not known yet; with networks allowed, it may be in one of them.
  const mayBePrivate = isAddress(url) ? isInCidrs(host, allowedCidrs) : allowedCidrs.length > 0;
  if (!mayBePrivate) {
    if (url.protocol !== 'https:') return 'must use https';
    if (!PUBLIC_PORTS.has(url.port)) return `names port ${url.port}; 443 and 8443 are allowed`;
  }
  if (isAddress(url)) {
    return mayBeCalled(host, allowedCidrs)
      ? undefined
      : `names the address ${host}, which is not a public one`;
  }
  const isRefused = isLocalhost(host) ? !allowsLoopback(allowedCidrs) : !mayBePrivate && isPrivateName(host);
  return isRefused ? `names the host ${host}, which only a private network knows` : undefined;
}

function shortened(host: string): string {
  return host.length <= 80 ? host : `${host.slice(0, 80)}…`;
}
