import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { RefusedUrlError } from './outcome.ts';
import { isInCidrs, mayBeCalled } from './public-address.ts';
import type { CallbackRules } from './rules.ts';
import { isForPublicAddress, parseCallbackUrl } from './url.ts';

/** A callback URL that may be called as far as its text tells, and how its name is to be resolved. */
export interface GuardedUrl {
  readonly url: URL;
  /**
   * Resolves the name. Where one of its addresses must not be called, none of them is: the look-up fails with
   * `RefusedUrlError`. An empty answer is no refusal but a fault that may pass, as an unknown name is. Node asks it for
   * names only; literals are judged with the text.
   */
  readonly lookup: LookupFunction;
}

/**
 * What stands between a callback URL and its connection. The text is judged again, since the rules may have
 * changed since it was accepted; what a name means is known only now.
 *
 * @throws RefusedUrlError for a URL that must not be called, as far as its text tells
 */
export type UrlGuard = (raw: string) => GuardedUrl;

/**
 * So many addresses of each family are tried. Node goes from one to the next, and a name with hundreds would have us
 * knock at as many doors of strangers.
 */
const TRIED_OF_A_FAMILY = 4;

/** Asks the system, by what `dns.lookup` is at that moment. */
const askSystem: LookupFunction = (hostname, options, done) => dns.lookup(hostname, options, done);

/** @param resolve asks DNS */
export function urlGuard(rules: CallbackRules, resolve: LookupFunction = askSystem): UrlGuard {
  return (raw) => {
    const parsed = parseCallbackUrl(raw, rules);
    if (!parsed.ok) throw new RefusedUrlError(`the callback URL ${parsed.reason}`);
    const { url } = parsed;
    return { url, lookup: guardedLookup(url, rules, resolve) };
  };
}

function guardedLookup(url: URL, { allowedCidrs }: CallbackRules, resolve: LookupFunction): LookupFunction {
  // Plain http and odd ports are for the allowed networks alone, whatever name leads there.
  const isRefused = (address: string) =>
    !mayBeCalled(address, allowedCidrs) || !(isForPublicAddress(url) || isInCidrs(address, allowedCidrs));

  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, answer) => {
      if (error) return done(error, []);
      const addresses = Array.isArray(answer) ? answer : [];
      const [first] = addresses;
      if (first === undefined) return done(noAddress(hostname), []);
      const refused = addresses.find(({ address }) => isRefused(address));
      if (refused !== undefined) {
        return done(new RefusedUrlError(`${hostname} is ${refused.address}, which must not be called`), []);
      }
      return options.all === true
        ? done(null, firstOfEachFamily(addresses))
        : done(null, first.address, first.family);
    });
  };
}

/** No refusal: what DNS does not know now it may know at the next attempt, as with any other name. */
function noAddress(hostname: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${hostname} has no address`), { code: 'ENODATA' });
}

function firstOfEachFamily(addresses: readonly dns.LookupAddress[]): dns.LookupAddress[] {
  const families = Map.groupBy(addresses, ({ family }) => family);
  return addresses.filter((address) =>
    families.get(address.family)?.slice(0, TRIED_OF_A_FAMILY).includes(address),
  );
}
