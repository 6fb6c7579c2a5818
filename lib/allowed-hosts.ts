import { isIP } from 'node:net';
import { Token } from 'aws-cdk-lib';
import { SETTINGS } from '../lambda/contract/settings.ts';
import { SettingError } from './setting-error.ts';

const { example: EXAMPLE, items } = SETTINGS.allowedCallbackHosts;

/** Lambda takes 4 KB of environment; test/lib/aws-limits.test.ts reckons what all settings may need together. */
const MAX_CHARACTERS = 1_500;

const ALLOWED =
  'host names, *.suffix for every name below a suffix, and addresses; without scheme, port, path or other wildcards';

/**
 * The hosts that callbacks may be sent to, as the functions compare them: lower case, international names in
 * their ASCII form, addresses as `URL` writes them, IPv6 without brackets.
 *
 * @throws SettingError at the first that is no host, and where there is none: an empty list must not mean any
 */
export function allowedHosts(given: readonly string[]): readonly string[] {
  if (given.length === 0) {
    throw refused('an empty list', 'at least one host (leave the setting out where any may be called)');
  }
  if (given.length > items.max) throw refused(`${given.length} hosts`, `up to ${items.max} hosts`);
  const hosts = given.map(canonical);
  const { length } = hosts.join(',');
  if (length > MAX_CHARACTERS) {
    throw refused(
      `${length} characters`,
      `up to ${MAX_CHARACTERS} characters in all; *.suffix says many at once`,
    );
  }
  return hosts;
}

function canonical(given: string): string {
  if (Token.isUnresolved(given)) {
    throw refused('a token', 'a value that is known when the app is synthesized');
  }
  const [, wildcard = '', host = ''] = /^(\*\.)?(.*)$/s.exec(given) ?? [];
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && wildcard === '') {
    const address = hostnameOf(isIP(literal) === 6 ? `[${literal}]` : literal);
    // One with a zone (fe80::1%eth0), which no URL can name.
    if (address === '') throw refused(given, ALLOWED);
    return address;
  }
  const name = /^[^\s/?#@:\\%*[\]]+$/.test(host) ? hostnameOf(host) : '';
  const isName = /^([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/.test(name) && name.length <= 253;
  // What only `URL` reads as an address (0x7f.1) is a slip of the pen.
  if (!isName || isIP(name) !== 0) throw refused(given, ALLOWED);
  return wildcard + name;
}

/** As the functions' `hostOf` will see it in a URL; empty where there is no such host. */
function hostnameOf(host: string): string {
  const url = `https://${host}/`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '') : '';
}

function refused(given: string, allowed: string): SettingError {
  return SettingError.refused('allowedCallbackHosts', given, allowed, EXAMPLE);
}
